from community import inventory

# machina's table; the policy reads nothing there.
inventory.declare("forum_permission.UserForumPermission.user", inventory.REMOVED)
