from machina.apps.forum_permission.apps import ForumPermissionAppConfig as MachinaConfig


class ForumPermissionAppConfig(MachinaConfig):
    """Stands in for machina's app of this name: who may do what is asked of `community.access`."""

    name = "forum.forum_permission"
    default = True
