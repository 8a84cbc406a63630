"""The project: settings, addresses, the worker, and the page that says what follows what."""
