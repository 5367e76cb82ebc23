"""One module per screen, put together from widgets and models; no literal colour or size."""
