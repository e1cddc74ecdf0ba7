"""Files that are streamed to their reader, a piece at a time also under ASGI, where Django's own
response is read whole into memory first."""

from asgiref.sync import sync_to_async
from django.http import FileResponse

# Should a browser ever take such a file for a page: one that may do nothing, in no origin.
CLOSED = "sandbox; default-src 'none'"


class StreamedFile(FileResponse):
    block_size = 64 * 1024

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.headers["Content-Security-Policy"] = CLOSED
        # Said here, so that nothing compresses it on its way: its length is then known.
        self.headers["Content-Encoding"] = "identity"

    async def __aiter__(self):
        while piece := await sync_to_async(self.file_to_stream.read)(self.block_size):
            yield piece
