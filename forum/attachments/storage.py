"""Where attachments lie on disk: outside every folder that has an address.

A file's name there is a token and nothing else; what a person called it is a column. Nothing but
the view that asks the policy reads these files for anybody.
"""

import os
import secrets

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible


def token(instance=None, filename=None):
    """A new name on disk. Two letters of it make the folder, so that none holds everything."""
    made = secrets.token_hex(20)
    return f"{made[:2]}/{made}"


@deconstructible
class UploadStorage(FileSystemStorage):
    """Reads its folder from the settings each time, and has no address to give."""

    @property
    def base_location(self):
        return settings.UPLOADS_ROOT

    @property
    def location(self):
        return os.path.abspath(self.base_location)  # noqa: PTH100 - as Django's own does

    def url(self, name):
        raise ValueError("An attachment has no address but the one that asks the policy.")

    def all_names(self):
        """Every name that is stored, also those that no row knows."""
        if not self.exists(""):
            return
        for folder in self.listdir("")[0]:
            for name in self.listdir(folder)[1]:
                yield f"{folder}/{name}"


uploads = UploadStorage()
