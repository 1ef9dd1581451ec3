// Generated from the files of rules/*/ by `npm run generate`; do not edit.
import type { Rule } from '../engine/rule.ts'
import { buildpackNotPython } from './build/buildpack-not-python.ts'
import { fileNotCommitted } from './build/file-not-committed.ts'
import { herokuPythonCommitted } from './build/heroku-python-committed.ts'
import { lfsPointer } from './build/lfs-pointer.ts'
import { lockfileInvalid } from './build/lockfile-invalid.ts'
import { lockfileStale } from './build/lockfile-stale.ts'
import { packageManagerConflict } from './build/package-manager-conflict.ts'
import { packageManagerMissing } from './build/package-manager-missing.ts'
import { pipfileLockMissing } from './build/pipfile-lock-missing.ts'
import { pythonVersionDeprecated } from './build/python-version-deprecated.ts'
import { pythonVersionInvalid } from './build/python-version-invalid.ts'
import { pythonVersionMismatch } from './build/python-version-mismatch.ts'
import { pythonVersionMisnamed } from './build/python-version-misnamed.ts'
import { pythonVersionMissing } from './build/python-version-missing.ts'
import { pythonVersionOutdatedPatch } from './build/python-version-outdated-patch.ts'
import { pythonVersionUnsupported } from './build/python-version-unsupported.ts'
import { requiredFileIgnored } from './build/required-file-ignored.ts'
import { requirementInvalid } from './build/requirement-invalid.ts'
import { requirementNotInstallable } from './build/requirement-not-installable.ts'
import { requirementUnpinned } from './build/requirement-unpinned.ts'
import { runtimeTxt } from './build/runtime-txt.ts'
import { slugBloat } from './build/slug-bloat.ts'
import { slugTooLarge } from './build/slug-too-large.ts'
import { systemLibraryMissing } from './build/system-library-missing.ts'
import { virtualenvCommitted } from './build/virtualenv-committed.ts'
import { cacheOutlivesFiles } from './data/cache-outlives-files.ts'
import { connectionLimit } from './data/connection-limit.ts'
import { createAllAtStart } from './data/create-all-at-start.ts'
import { databaseDriverMissing } from './data/database-driver-missing.ts'
import { databaseNotAttached } from './data/database-not-attached.ts'
import { databaseUrlHardcoded } from './data/database-url-hardcoded.ts'
import { databaseUrlScheme } from './data/database-url-scheme.ts'
import { downloadAtBoot } from './data/download-at-boot.ts'
import { fileBasedSession } from './data/file-based-session.ts'
import { localFileStorage } from './data/local-file-storage.ts'
import { logToFile } from './data/log-to-file.ts'
import { migrationsNotReleased } from './data/migrations-not-released.ts'
import { redisTls } from './data/redis-tls.ts'
import { schedulerInWeb } from './data/scheduler-in-web.ts'
import { sqliteFallback } from './data/sqlite-fallback.ts'
import { sqliteOnEphemeralDisk } from './data/sqlite-on-ephemeral-disk.ts'
import { sqlitePostgresDifference } from './data/sqlite-postgres-difference.ts'
import { appJsonCiMissing } from './platform/app-json-ci-missing.ts'
import { appJsonInvalid } from './platform/app-json-invalid.ts'
import { appJsonRetired } from './platform/app-json-retired.ts'
import { configVarUndeclared } from './platform/config-var-undeclared.ts'
import { firUnsupported } from './platform/fir-unsupported.ts'
import { herokuYmlIgnored } from './platform/heroku-yml-ignored.ts'
import { herokuYmlInvalid } from './platform/heroku-yml-invalid.ts'
import { suppressionInvalid } from './platform/suppression-invalid.ts'
import { suppressionUnused } from './platform/suppression-unused.ts'
import { suppressionWithoutReason } from './platform/suppression-without-reason.ts'
import { appFactoryNotCalled } from './processes/app-factory-not-called.ts'
import { appRunAtImport } from './processes/app-run-at-import.ts'
import { appTargetMissing } from './processes/app-target-missing.ts'
import { commandSyntax } from './processes/command-syntax.ts'
import { devServer } from './processes/dev-server.ts'
import { gunicornDevelopmentOption } from './processes/gunicorn-development-option.ts'
import { gunicornTimeoutOverRouter } from './processes/gunicorn-timeout-over-router.ts'
import { gunicornWorkersFixed } from './processes/gunicorn-workers-fixed.ts'
import { importNotInstalled } from './processes/import-not-installed.ts'
import { importUnresolved } from './processes/import-unresolved.ts'
import { portNotBound } from './processes/port-not-bound.ts'
import { procfileCrlf } from './processes/procfile-crlf.ts'
import { procfileDuplicateProcess } from './processes/procfile-duplicate-process.ts'
import { procfileInvalidLine } from './processes/procfile-invalid-line.ts'
import { procfileMisnamed } from './processes/procfile-misnamed.ts'
import { procfileMissing } from './processes/procfile-missing.ts'
import { procfileUnportableName } from './processes/procfile-unportable-name.ts'
import { releaseAppNotFound } from './processes/release-app-not-found.ts'
import { scriptMissing } from './processes/script-missing.ts'
import { serverNotInstalled } from './processes/server-not-installed.ts'
import { serverTooOld } from './processes/server-too-old.ts'
import { socketioManyWorkers } from './processes/socketio-many-workers.ts'
import { webProcessMissing } from './processes/web-process-missing.ts'
import { workerClassUnavailable } from './processes/worker-class-unavailable.ts'
import { credentialCommitted } from './security/credential-committed.ts'
import { debugEnabled } from './security/debug-enabled.ts'
import { debugWhenRunByHand } from './security/debug-when-run-by-hand.ts'
import { flaskEnvRemoved } from './security/flask-env-removed.ts'
import { insecureCookie } from './security/insecure-cookie.ts'
import { proxyHeadersTrusted } from './security/proxy-headers-trusted.ts'
import { secretKeyFallback } from './security/secret-key-fallback.ts'
import { secretKeyHardcoded } from './security/secret-key-hardcoded.ts'
import { secretKeyRandom } from './security/secret-key-random.ts'

/** Every rule, by stage and identifier. */
export const rules: readonly Rule[] = [
  buildpackNotPython,
  fileNotCommitted,
  herokuPythonCommitted,
  lfsPointer,
  lockfileInvalid,
  lockfileStale,
  packageManagerConflict,
  packageManagerMissing,
  pipfileLockMissing,
  pythonVersionDeprecated,
  pythonVersionInvalid,
  pythonVersionMismatch,
  pythonVersionMisnamed,
  pythonVersionMissing,
  pythonVersionOutdatedPatch,
  pythonVersionUnsupported,
  requiredFileIgnored,
  requirementInvalid,
  requirementNotInstallable,
  requirementUnpinned,
  runtimeTxt,
  slugBloat,
  slugTooLarge,
  systemLibraryMissing,
  virtualenvCommitted,
  appFactoryNotCalled,
  appRunAtImport,
  appTargetMissing,
  commandSyntax,
  devServer,
  gunicornDevelopmentOption,
  gunicornTimeoutOverRouter,
  gunicornWorkersFixed,
  importNotInstalled,
  importUnresolved,
  portNotBound,
  procfileCrlf,
  procfileDuplicateProcess,
  procfileInvalidLine,
  procfileMisnamed,
  procfileMissing,
  procfileUnportableName,
  releaseAppNotFound,
  scriptMissing,
  serverNotInstalled,
  serverTooOld,
  socketioManyWorkers,
  webProcessMissing,
  workerClassUnavailable,
  cacheOutlivesFiles,
  connectionLimit,
  createAllAtStart,
  databaseDriverMissing,
  databaseNotAttached,
  databaseUrlHardcoded,
  databaseUrlScheme,
  downloadAtBoot,
  fileBasedSession,
  localFileStorage,
  logToFile,
  migrationsNotReleased,
  redisTls,
  schedulerInWeb,
  sqliteFallback,
  sqliteOnEphemeralDisk,
  sqlitePostgresDifference,
  credentialCommitted,
  debugEnabled,
  debugWhenRunByHand,
  flaskEnvRemoved,
  insecureCookie,
  proxyHeadersTrusted,
  secretKeyFallback,
  secretKeyHardcoded,
  secretKeyRandom,
  appJsonCiMissing,
  appJsonInvalid,
  appJsonRetired,
  configVarUndeclared,
  firUnsupported,
  herokuYmlIgnored,
  herokuYmlInvalid,
  suppressionInvalid,
  suppressionUnused,
  suppressionWithoutReason,
]
