"""The whole article as a folder of files that any web server can hand out: its widgets play what was recorded."""

from bitmass_viz.site.build import Site, build
from bitmass_viz.site.write import write_folder

__all__ = ["Site", "build", "write_folder"]
