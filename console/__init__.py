"""The door for managers: dashboards, lists, timelines and settings."""
