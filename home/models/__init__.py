"""One module for each family of pages; a page of any family is a `ReadablePage`."""

from home.models.front import HomePage, TextPage
from home.models.going import Rsvp
from home.models.guide import ChapterPage, GuidePage
from home.models.library import LibraryPage, ResourcePage, Topic
from home.models.media import Picture, PictureRendition
from home.models.meetings import MeetingPage, MeetingResource, MeetingsPage
from home.models.readable import ReadablePage, readable_pages
from home.models.webinars import WebinarExpert, WebinarPage, WebinarResource

__all__ = [
    "ChapterPage",
    "GuidePage",
    "HomePage",
    "LibraryPage",
    "MeetingPage",
    "MeetingResource",
    "MeetingsPage",
    "Picture",
    "PictureRendition",
    "ReadablePage",
    "ResourcePage",
    "Rsvp",
    "TextPage",
    "Topic",
    "WebinarExpert",
    "WebinarPage",
    "WebinarResource",
    "readable_pages",
]
