"""A recorded run as one HTML file: it plays in the explorer without a kernel and without a network."""

from bitmass_viz.common.atomic_file import check_writable, write_atomically
from bitmass_viz.recording.frames import Recording, record
from bitmass_viz.recording.page import LIVE, MAX_BYTES, Page, make_page

__all__ = ["LIVE", "MAX_BYTES", "Page", "Recording", "check_writable", "make_page", "record", "write_atomically"]
