<%_ if (answers.frontend === 'api') { _%>
"""Greetings, as JSON. An example to replace."""

from flask import Blueprint
<%_ } else { _%>
"""Greetings, as a page and as JSON. An example to replace."""

from flask import Blueprint, render_template, request
<%_ } _%>

blueprint = Blueprint("greetings", __name__)


<%- include('../bodies/greetings.py') -%>
