"""The article as a folder of static files for any web server; its widgets play recorded runs."""

from bitmass_viz.site.build import Site, build
from bitmass_viz.site.write import write_folder

__all__ = ["Site", "build", "write_folder"]
