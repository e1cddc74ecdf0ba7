from machina.apps.forum_conversation.apps import (
    ForumConversationAppConfig as MachinaConfig,
)


class ForumConversationAppConfig(MachinaConfig):
    """Stands in for machina's app of this name, for models that do not recount at every save."""

    name = "forum.forum_conversation"
    default = True

    def ready(self):
        """machina's receiver counts a view at every page; nothing here listens."""
