import type { Invocation } from '../command.ts'
import type { Reading } from '../server-arguments.ts'
import { addFromEnvironment, type OptionTable, optionTable, parseOptions } from './option-table.ts'

export type AsgiServer = 'hypercorn' | 'uvicorn' | 'daphne' | 'granian'

/** https://github.com/encode/uvicorn/blob/master/uvicorn/main.py (0.54) */
const UVICORN = optionTable(
  `
--host =
--port =
--uds =
--fd =
--reload
--reload-dir =
--reload-include =
--reload-exclude =
--reload-delay =
--workers =
--loop =
--http =
--http2
--ws =
--ws-max-size =
--ws-max-queue =
--ws-ping-interval =
--ws-ping-timeout =
--ws-per-message-deflate =
--lifespan =
--interface =
--env-file =
--log-config =
--log-level =
--access-log
--no-access-log ! > access_log
--use-colors
--no-use-colors ! > use_colors
--proxy-headers
--no-proxy-headers ! > proxy_headers
--server-header
--no-server-header ! > server_header
--date-header
--no-date-header ! > date_header
--forwarded-allow-ips =
--root-path =
--limit-concurrency =
--backlog =
--limit-max-requests =
--limit-max-requests-jitter =
--timeout-keep-alive =
--timeout-graceful-shutdown =
--timeout-worker-healthcheck =
--ssl-keyfile =
--ssl-certfile =
--ssl-keyfile-password =
--ssl-version =
--ssl-cert-reqs =
--ssl-ca-certs =
--ssl-ciphers =
--header =
--version
--app-dir =
--h11-max-incomplete-event-size =
--reset-contextvars
--factory
--help
`,
  { abbreviations: false },
)

/** https://github.com/pgjones/hypercorn/blob/main/src/hypercorn/__main__.py (0.18) */
const HYPERCORN = optionTable(
  `
--access-log =
--access-logfile =
--access-logformat =
--backlog =
-b --bind =
--ca-certs =
--certfile =
--cert-reqs =
--ciphers =
-c --config =
-D --daemon =
--debug
--error-log =
--error-logfile --log-file =
--graceful-timeout =
--read-timeout =
--max-requests =
--max-requests-jitter =
-g --group =
-k --worker-class =
--keep-alive =
--keyfile =
--keyfile-password =
--insecure-bind =
--log-config =
--log-level =
-p --pid =
--quic-bind =
--reload
--root-path =
--server-name =
--statsd-host =
--statsd-prefix =
-m --umask =
-u --user =
--verify-mode =
--websocket-ping-interval =
-w --workers =
-h --help
`,
  { abbreviations: true },
)

/** https://github.com/django/daphne/blob/main/daphne/cli.py (4.2) */
const DAPHNE = optionTable(
  `
-p --port =
-b --bind =
--websocket_timeout =
--websocket_connect_timeout =
-u --unix-socket =
--fd =
-e --endpoint =
-v --verbosity =
-t --http-timeout =
--access-log =
--log-fmt =
--ping-interval =
--ping-timeout =
--websocket-max-message-size =
--websocket-max-frame-size =
--application-close-timeout =
--root-path =
--proxy-headers
--proxy-headers-host =
--proxy-headers-port =
-s --server-name =
--no-server-name
-h --help
`,
  { abbreviations: true },
)

/** https://github.com/emmett-framework/granian/blob/master/granian/cli.py (2.8): its switches; every other option takes a value. */
const GRANIAN_SWITCHES =
  'ws http1-keep-alive http1-pipeline-flush http2-adaptive-window log access-log ssl-client-verify respawn-failed-workers factory metrics reload reload-ignore-worker-failure'
const GRANIAN_VALUES =
  'host port uds uds-permissions interface http workers blocking-threads blocking-threads-idle-timeout runtime-threads runtime-blocking-threads ' +
  'runtime-mode loop task-impl backlog backpressure http1-buffer-size http1-header-read-timeout http2-initial-connection-window-size ' +
  'http2-initial-stream-window-size http2-keep-alive-interval http2-keep-alive-timeout http2-max-concurrent-streams http2-max-frame-size ' +
  'http2-max-headers-size http2-max-send-buffer-size log-level log-config access-log-fmt ssl-certificate ssl-keyfile ssl-keyfile-password ' +
  'ssl-protocol-min ssl-ca ssl-crl url-path-prefix respawn-interval rss-sample-interval rss-samples workers-lifetime workers-max-rss ' +
  'workers-kill-timeout working-dir env-files static-path-route static-path-mount static-path-dir-to-file static-path-expires ' +
  'metrics-scrape-interval metrics-address metrics-port reload-paths reload-ignore-dirs reload-ignore-patterns reload-ignore-paths reload-tick ' +
  'process-name pid-file'
const GRANIAN = optionTable(
  [
    ...GRANIAN_VALUES.split(' ').map((name) => `--${name} =`),
    ...GRANIAN_SWITCHES.split(' ').flatMap((name) => [`--${name}`, `--no-${name} ! > ${name.replaceAll('-', '_')}`]),
    '--version',
    '--help',
  ].join('\n'),
  { abbreviations: false },
)

const TABLES: Readonly<Record<AsgiServer, OptionTable>> = {
  uvicorn: UVICORN,
  hypercorn: HYPERCORN,
  daphne: DAPHNE,
  granian: GRANIAN,
}

/** Reads the words of an ASGI server (granian serves WSGI, too: `interface`). uvicorn and granian take settings from the environment as well. */
export function readAsgiServer(invocation: Invocation, server: AsgiServer): Reading {
  const parsed = parseOptions(invocation.arguments, TABLES[server], invocation.path, 'command line')
  if (server === 'uvicorn' || server === 'granian') {
    const prefix = server.toUpperCase()
    const names = Object.fromEntries(
      TABLES[server].options.map((option) => [`${prefix}_${option.name.toUpperCase()}`, option.name]),
    )
    addFromEnvironment(parsed.settings, invocation.environment, names)
  }
  return { server, parsed }
}
