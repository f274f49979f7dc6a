"""The running site: built pages, the form for questions, the editor's desk. ASGI, by Starlette."""
