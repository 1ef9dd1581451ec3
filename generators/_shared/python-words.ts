/**
 * Names that a Python package cannot or should not have.
 * Keywords: https://docs.python.org/3/reference/lexical_analysis.html#keywords;
 * standard library: `sys.stdlib_module_names` of Python 3.11 to 3.13, and what 3.14 adds
 * (https://docs.python.org/3.14/whatsnew/3.14.html#new-modules).
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const KEYWORDS = words(`
  and as assert async await break class continue def del elif else except false finally for from global if import
  in is lambda none nonlocal not or pass raise return true try while with yield
`)

export const STANDARD_LIBRARY = words(`
  abc aifc annotationlib antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
  binascii bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections colorsys
  compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
  dataclasses datetime dbm decimal difflib dis distutils doctest email encodings ensurepip enum errno faulthandler
  fcntl filecmp fileinput fnmatch fractions ftplib functools gc genericpath getopt getpass gettext glob graphlib
  grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress itertools json
  keyword lib2to3 linecache locale logging lzma mailbox mailcap marshal math mimetypes mmap modulefinder msilib
  msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse os ossaudiodev
  pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile pstats pty
  pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline reprlib resource rlcompleter
  runpy sched secrets select selectors shelve shlex shutil signal site smtpd smtplib sndhdr socket socketserver
  spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep struct subprocess sunau
  symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios textwrap this threading time timeit
  tkinter token tokenize tomllib trace traceback tracemalloc tty turtle turtledemo types typing unicodedata
  unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref xdrlib xml xmlrpc zipapp
  zipfile zipimport zlib zoneinfo
`)

/** Modules that the scaffold installs or that stand beside the package, and Python's own `test`, which its list leaves out. */
export const TAKEN = words(`
  alembic amqp async_timeout bidict billiard blinker boto3 botocore cachelib celery click click_didyoumean
  click_plugins click_repl colorama croniter dateutil dotenv engineio fakeredis flask flask_caching flask_migrate
  flask_session flask_socketio flask_sqlalchemy greenlet gunicorn h11 honcho iniconfig instance itsdangerous
  jinja2 jmespath kombu mako markupsafe migrations msgspec packaging pip pluggy prompt_toolkit psycopg
  psycopg_binary pygments pytest python_dateutil python_dotenv python_engineio python_socketio redis rq ruff
  s3transfer setuptools simple_websocket six socketio sortedcontainers sqlalchemy test tests typing_extensions
  tzdata tzlocal urllib3 uv vine wcwidth werkzeug wsgi wsproto
`)
