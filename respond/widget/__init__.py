"""The widget: one script on other people's pages, and the few addresses it speaks to."""
