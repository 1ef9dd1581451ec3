<%_ if (answers.frontend === 'api') { _%>
"""Notes, as JSON. An example to replace: anybody may write here."""

from flask import Blueprint, abort, request
<%_ } else { _%>
"""Notes, as a page and as JSON. An example to replace: anybody may write here."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
<%_ } _%>

from .extensions import db
from .models import Note

blueprint = Blueprint("notes", __name__)


<%- include('../bodies/notes.py') -%>
