"""What ours is compared with: the consumer of the Channels tutorial, where every message goes
through the layer to a channel of each reader's own.

It sends the text of the very frame that ours sends, made once for all, and is admitted by the same
session. It asks no policy, reads no log and cannot resume.
"""

from channels.generic.websocket import AsyncWebsocketConsumer


def group_of(thread_id):
    return f"chat_{thread_id}"


class ChatConsumer(AsyncWebsocketConsumer):
    async def connect(self):
        if not self.scope["user"].is_authenticated:
            await self.close()
            return
        self.group = group_of(self.scope["url_route"]["kwargs"]["pk"])
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code):
        if self.scope["user"].is_authenticated:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def chat_message(self, event):
        await self.send(text_data=event["text"])
