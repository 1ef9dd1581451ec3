"""What differs between a laptop and a dyno. Every value comes from the environment.

https://devcenter.heroku.com/articles/config-vars
"""

<%- imports('settings.imports', 'import os') %>
<%- include('../bodies/settings.py') -%>
