// Generated from the files of rules/*/ by `npm run generate`; do not edit.
import type { Rule } from '../engine/rule.ts'
import { packageManagerConflict } from './build/package-manager-conflict.ts'
import { packageManagerMissing } from './build/package-manager-missing.ts'
import { pipfileLockMissing } from './build/pipfile-lock-missing.ts'
import { pythonVersionInvalid } from './build/python-version-invalid.ts'
import { pythonVersionMisnamed } from './build/python-version-misnamed.ts'
import { pythonVersionUnsupported } from './build/python-version-unsupported.ts'
import { runtimeTxt } from './build/runtime-txt.ts'

/** Every rule, by stage and identifier. */
export const rules: readonly Rule[] = [
  packageManagerConflict,
  packageManagerMissing,
  pipfileLockMissing,
  pythonVersionInvalid,
  pythonVersionMisnamed,
  pythonVersionUnsupported,
  runtimeTxt,
]
