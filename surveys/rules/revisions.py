"""What a version of an answer may say besides its values: that the answer was somebody else's."""

NOT_ME = "not_me"
NOT_ME_UNDONE = "not_me_undone"
