"""Notices: kept as they came, then understood, matched and applied once. The notice contract."""

from .answers import NoticeOut, NoticesOut, NoticeWithBody
from .foreseeing import foresee_replay, proposals
from .forms import DismissIn, ReplayIn
from .inbox import dismiss, find_notice, list_notices, open_notices, read_notice, replay, without_body
from .keeping import RawNotice, keep, tell_failure
from .settlement import Job, Settlement
from .settling import settle, settle_together

__all__ = [
    "DismissIn",
    "Job",
    "NoticeOut",
    "NoticeWithBody",
    "NoticesOut",
    "RawNotice",
    "ReplayIn",
    "Settlement",
    "dismiss",
    "find_notice",
    "foresee_replay",
    "keep",
    "list_notices",
    "open_notices",
    "proposals",
    "read_notice",
    "replay",
    "settle",
    "settle_together",
    "tell_failure",
    "without_body",
]
