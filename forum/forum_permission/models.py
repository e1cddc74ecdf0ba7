"""machina's tables, unchanged. Nothing reads them: the checker beside this asks the policy."""

from machina.apps.forum_permission.models import *  # noqa: F403
