import type { Invocation } from '../command.ts'
import type { Reading } from '../server-arguments.ts'
import { optionTable, parseOptions } from './option-table.ts'

/** https://github.com/Pylons/waitress/blob/main/src/waitress/adjustments.py (3.0.2): getopt, so that it stops at the first positional word. */
const TABLE = optionTable(
  `
--help
--call
--host =
--port =
--ipv4
--no-ipv4 ! > ipv4
--ipv6
--no-ipv6 ! > ipv6
--listen =
--threads =
--trusted-proxy =
--trusted-proxy-count =
--trusted-proxy-headers =
--log-untrusted-proxy-headers
--no-log-untrusted-proxy-headers ! > log_untrusted_proxy_headers
--clear-untrusted-proxy-headers
--no-clear-untrusted-proxy-headers ! > clear_untrusted_proxy_headers
--url-scheme =
--url-prefix =
--backlog =
--recv-bytes =
--send-bytes =
--outbuf-overflow =
--outbuf-high-watermark =
--inbuf-overflow =
--connection-limit =
--cleanup-interval =
--channel-timeout =
--log-socket-errors
--no-log-socket-errors ! > log_socket_errors
--max-request-header-size =
--max-request-body-size =
--expose-tracebacks
--no-expose-tracebacks ! > expose_tracebacks
--ident =
--asyncore-loop-timeout =
--asyncore-use-poll
--no-asyncore-use-poll ! > asyncore_use_poll
--unix-socket =
--unix-socket-perms =
--sockets =
--channel-request-lookahead =
--server-name =
`,
  { abbreviations: true, interspersed: false },
)

/** `waitress-serve [options] module:object`; `--call` makes the object a factory. Options behind the target are refused by waitress itself. */
export function readWaitress(invocation: Invocation): Reading {
  return { server: 'waitress', parsed: parseOptions(invocation.arguments, TABLE, invocation.path, 'command line') }
}
