<%_ if (answers.frontend === 'api') { _%>
"""Errors as JSON. Crashes come here too, as a 500, once logged."""

from flask import json
<%_ } else { _%>
"""Errors as JSON for programs and as a page for people. Crashes come here too, as a 500, once logged."""

from flask import json, render_template, request
<%_ } _%>
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response


<%- include('../bodies/errors.py') -%>
