"""Whether this process can do its work, for uptime monitors and for `curl` after a deploy."""

<%- imports('health.imports', 'from flask import Blueprint') %>
blueprint = Blueprint("health", __name__)


<%- include('../bodies/health.py') -%>
