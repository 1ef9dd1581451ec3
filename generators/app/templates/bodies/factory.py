    # Heroku keeps what a dyno prints, and nothing that it writes to its disk. It adds the time itself.
    # https://devcenter.heroku.com/articles/logging
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )

    app = Flask(__name__)
    app.config.from_object(<%- answers.layout === 'package' ? `"${absolute('settings')}"` : '__name__' %>)
    app.config.update(overrides or {})

<%- slot('factory.setup', 4) -%>
<%_ if (answers.layout === 'module') { _%>
    app.register_error_handler(HTTPException, respond)
    app.register_blueprint(blueprint)
<%_ } else { _%>
    app.register_error_handler(errors.HTTPException, errors.respond)
    app.register_blueprint(health.blueprint)
<%_ if (answers.database === 'none') { _%>
    app.register_blueprint(greetings.blueprint)
<%_ } _%>
<%_ } _%>

    if app.config["ON_DYNO"]:
        # Last, so that whatever stands in front of the app by now hears the truth, too.
        # A dyno is reached through Heroku's router alone. It sets X-Forwarded-Proto and -Port, and
        # appends the client's address to X-Forwarded-For, so only the last one there is true.
        # X-Forwarded-Host and -Prefix arrive as the client wrote them and must not be trusted.
        # https://devcenter.heroku.com/articles/http-routing#heroku-headers
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_port=1)
    return app
