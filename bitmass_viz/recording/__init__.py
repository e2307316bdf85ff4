"""A recorded run as one HTML file: it plays in the explorer without a kernel and without a network."""

from bitmass_viz.recording.frames import Recording, record
from bitmass_viz.recording.page import LIVE, MAX_BYTES, Page, make_page
from bitmass_viz.whole import check_writable, write_whole

__all__ = ["LIVE", "MAX_BYTES", "Page", "Recording", "check_writable", "make_page", "record", "write_whole"]
