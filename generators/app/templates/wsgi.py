"""What gunicorn and the `flask` command load; both find a module of this name by themselves."""

from <%- packageName %> import create_app

app = create_app()
