"""flask-dyno for those who have Python and no Node.js. See `flask_dyno.__main__`."""
