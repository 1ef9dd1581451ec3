"""How gunicorn serves the app; it reads this file by itself.

https://gunicorn.org/reference/settings/

<%_ const bind = '0.0.0.0:$PORT where PORT is set, as on every web dyno, and 127.0.0.1:8000 elsewhere' _%>
<%_ if (answers.websockets || answers.generation === 'fir') { _%>
One setting is left to gunicorn, whose default follows the environment of a dyno:
- bind: <%- bind %>.
  https://devcenter.heroku.com/articles/dyno-startup-behavior#port-binding-of-web-dynos
<%_ } else { _%>
Two settings are left to gunicorn, whose defaults follow the environment of a dyno:
- bind: <%- bind %>;
  https://devcenter.heroku.com/articles/dyno-startup-behavior#port-binding-of-web-dynos
<%_ if (answers.container) { _%>
- workers: $WEB_CONCURRENCY, which the Dockerfile sets, and a config var of this name before it.
<%_ } else { _%>
- workers: $WEB_CONCURRENCY, which the Python buildpack fits to the memory of the dyno.
<%_ } _%>
  https://devcenter.heroku.com/articles/python-concurrency
<%_ } _%>
"""

<%_ if (slot('gunicorn.imports') !== '') { _%>
<%- imports('gunicorn.imports') %>
<%_ } _%>
<%_ if (answers.websockets) { _%>
<%_ const [most, threads] = answers.dynoSize === 'standard-2x' ? [512, 80] : [256, 40] _%>
# Every open socket holds one of these threads and three of Flask-SocketIO's; one that was closed
# holds a thread for up to 25 seconds more. A dyno of this size may have <%- most %>, processes counted.
# When all of these are held, requests wait.
# https://devcenter.heroku.com/articles/limits#processes-threads
worker_class = "gthread"
threads = <%- threads %>

# In one process, whatever WEB_CONCURRENCY says: each would know its own clients alone.
# https://flask-socketio.readthedocs.io/en/latest/deployment.html#gunicorn-web-server
workers = 1
<%_ } else { _%>
# A thread that waits (for the database, another service, a slow client) does not block the others.
<%_ if (answers.database === 'postgres') { _%>
# Each may hold a database connection: <%- settingsFile %> keeps a pool of the same size.
<%_ } _%>
worker_class = "gthread"
threads = 4
<%_ } _%>

# The app is loaded once and then forked: less memory, and an app that cannot start ends the dyno
# at once with its message, where workers would be started again and again.
<%_ if (answers.database === 'postgres') { _%>
# Open no connection while modules are imported: the workers would share it.
<%_ } _%>
preload_app = True

# A worker that hangs for so many seconds is replaced. The router gave up on it after 30.
# https://devcenter.heroku.com/articles/request-timeout
timeout = 20

# Requests may finish for so long after SIGTERM; Heroku kills the dyno 30 seconds after it.
# https://devcenter.heroku.com/articles/dyno-shutdown-behavior
graceful_timeout = 20

# Longer than the 90 seconds that the router keeps an idle connection, so that the router closes it
# and never sends a request into a connection that gunicorn is closing.
# https://devcenter.heroku.com/articles/http-routing#keepalives
keepalive = 95

# One line for each request, in Heroku's key=value style, with the id that the router logs too.
# https://devcenter.heroku.com/articles/http-request-id
accesslog = "-"
access_log_format = (
    'method=%(m)s path="%(U)s" status=%(s)s duration=%(M)sms bytes=%(B)s '
    'request_id=%({x-request-id}i)s fwd="%({x-forwarded-for}i)s"'
)
<%_ if (slot('gunicorn') !== '') { _%>

<%- slot('gunicorn') -%>
<%_ } _%>
<%_ if (answers.websockets) { _%>


def post_worker_init(worker: Worker) -> None:
    """Close the sockets as soon as the dyno is told to end, not only when graceful_timeout is over.

    Their clients come back at once, and the next dyno is there for them.
    https://devcenter.heroku.com/articles/dyno-shutdown-behavior
    """
    # The app is loaded by now.
    from <%- absolute('sockets') %> import close_all

    finish = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        finish(number, frame)
        threading.Thread(target=close_all, daemon=True).start()

    signal.signal(signal.SIGTERM, end)
<%_ } _%>
