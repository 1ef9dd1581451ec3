// Generated from the files of rules/*/ by `npm run generate`; do not edit.
import type { Rule } from '../engine/rule.ts'
import { packageManagerConflict } from './build/package-manager-conflict.ts'
import { packageManagerMissing } from './build/package-manager-missing.ts'
import { pipfileLockMissing } from './build/pipfile-lock-missing.ts'
import { pythonVersionInvalid } from './build/python-version-invalid.ts'
import { pythonVersionMisnamed } from './build/python-version-misnamed.ts'
import { pythonVersionUnsupported } from './build/python-version-unsupported.ts'
import { runtimeTxt } from './build/runtime-txt.ts'
import { databaseUrlScheme } from './data/database-url-scheme.ts'
import { sqliteFallback } from './data/sqlite-fallback.ts'
import { sqliteOnEphemeralDisk } from './data/sqlite-on-ephemeral-disk.ts'
import { appFactoryNotCalled } from './processes/app-factory-not-called.ts'
import { appTargetMissing } from './processes/app-target-missing.ts'
import { devServer } from './processes/dev-server.ts'
import { portNotBound } from './processes/port-not-bound.ts'
import { procfileInvalidLine } from './processes/procfile-invalid-line.ts'
import { procfileMisnamed } from './processes/procfile-misnamed.ts'
import { procfileMissing } from './processes/procfile-missing.ts'
import { serverNotInstalled } from './processes/server-not-installed.ts'
import { webProcessMissing } from './processes/web-process-missing.ts'
import { debugEnabled } from './security/debug-enabled.ts'
import { debugWhenRunByHand } from './security/debug-when-run-by-hand.ts'
import { secretKeyFallback } from './security/secret-key-fallback.ts'
import { secretKeyHardcoded } from './security/secret-key-hardcoded.ts'
import { secretKeyRandom } from './security/secret-key-random.ts'

/** Every rule, by stage and identifier. */
export const rules: readonly Rule[] = [
  packageManagerConflict,
  packageManagerMissing,
  pipfileLockMissing,
  pythonVersionInvalid,
  pythonVersionMisnamed,
  pythonVersionUnsupported,
  runtimeTxt,
  appFactoryNotCalled,
  appTargetMissing,
  devServer,
  portNotBound,
  procfileInvalidLine,
  procfileMisnamed,
  procfileMissing,
  serverNotInstalled,
  webProcessMissing,
  databaseUrlScheme,
  sqliteFallback,
  sqliteOnEphemeralDisk,
  debugEnabled,
  debugWhenRunByHand,
  secretKeyFallback,
  secretKeyHardcoded,
  secretKeyRandom,
]
