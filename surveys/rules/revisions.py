"""What a version of an answer may say besides its values: that the answer was somebody else's."""

from datetime import timedelta

NOT_ME = "not_me"
NOT_ME_UNDONE = "not_me_undone"
UNDONE_WITHIN = timedelta(minutes=15)  # whoever pressed it by mistake can put the answer back
