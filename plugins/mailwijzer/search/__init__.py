"""Search: sections of pages, weighed once by Whoosh, looked up by the service and by the browser."""
