"""The article as static files for any web server or a disk; its networks train in the reader's browser."""

from bitmass_viz.site.build import Site, build
from bitmass_viz.site.pages import LIVE
from bitmass_viz.site.write import write_folder

__all__ = ["LIVE", "Site", "build", "write_folder"]
