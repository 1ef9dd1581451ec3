import type { ConfigVar, Context, Part } from '../_shared/part.ts'
import type { Answers } from '../app/options.ts'

const FILES = [
  'package/storage.py',
  'package/local_storage.py',
  'package/uploads.py',
  'tests/test_storage.py',
  'tests/test_uploads.py',
]

const PAGES = ['package/static/uploads.js', 'package/templates/uploads.html']

/** Uploads to S3-compatible storage, from the browser; a folder stands in for it on the developer's computer. */
export const storage: Part = {
  name: 'storage',
  wanted: ({ uploads }) => uploads,
  files: ({ answers }) => [...FILES, ...(answers.frontend === 'pages' ? PAGES : [])],
  requirements: () => ({ runtime: ['boto3'] }),
  configVars,
  fragments: ({ answers, imported }) => ({
    'settings.dyno': `
# Uploads belong into a bucket, never on the disk of a dyno: README.md says how to get one.
S3_BUCKET = require("S3_BUCKET", "heroku config:set S3_BUCKET=my-bucket")
AWS_REGION = require("AWS_REGION", "heroku config:set AWS_REGION=${region(answers)}")
AWS_ACCESS_KEY_ID = require("AWS_ACCESS_KEY_ID", "heroku config:set AWS_ACCESS_KEY_ID=my-key")
AWS_SECRET_ACCESS_KEY = require(
    "AWS_SECRET_ACCESS_KEY", "heroku config:set AWS_SECRET_ACCESS_KEY=its-secret"
)
`,
    'settings.local': `
# Without S3_BUCKET, files are kept in the folder instance/uploads/.
S3_BUCKET = os.environ.get("S3_BUCKET")
AWS_REGION = os.environ.get("AWS_REGION", "${region(answers)}")
AWS_ACCESS_KEY_ID = os.environ.get("AWS_ACCESS_KEY_ID")
AWS_SECRET_ACCESS_KEY = os.environ.get("AWS_SECRET_ACCESS_KEY")
`,
    'settings.always': `
# For storage that speaks as S3 does and is not Amazon's.
S3_ENDPOINT_URL = os.environ.get("S3_ENDPOINT_URL")

# Files go to the storage without passing through a dyno, so they may be larger than a request.
UPLOAD_MAX_BYTES = 100_000_000
`,
    'factory.imports': imported('uploads'),
    'factory.setup': 'uploads.init_app(app)',
    'conftest.overrides': '"S3_BUCKET": None,',
    // The database's part says the same.
    ...(answers.database === 'none' && { gitignore: "# This computer's files\ninstance/" }),
    'readme.sections': readme(answers),
  }),
}

function configVars({ answers }: Context): readonly ConfigVar[] {
  return [
    {
      name: 'S3_BUCKET',
      description: 'The bucket that uploads are kept in.',
      from: 'person',
      required: true,
      example: 'my-bucket',
      local: [
        '# The bucket for uploads; without it, the folder instance/uploads/.',
        '# S3_BUCKET=my-bucket',
        `# AWS_REGION=${region(answers)}`,
        '# AWS_ACCESS_KEY_ID=local-key',
        '# AWS_SECRET_ACCESS_KEY=local-secret',
        "# For storage that is not Amazon's:",
        '# S3_ENDPOINT_URL=http://localhost:8333',
      ].join('\n'),
    },
    {
      name: 'AWS_REGION',
      description: 'The region of the bucket.',
      from: { value: region(answers) },
      required: true,
      example: 'eu-west-1',
      local: '',
    },
    {
      name: 'AWS_ACCESS_KEY_ID',
      description: 'The key that may read and write the bucket.',
      from: 'person',
      required: true,
      example: 'local-key',
      local: '',
    },
    {
      name: 'AWS_SECRET_ACCESS_KEY',
      description: 'The secret of that key.',
      from: 'person',
      required: true,
      example: 'local-secret',
      local: '',
    },
    {
      name: 'S3_ENDPOINT_URL',
      description: "The address of storage that speaks as S3 does and is not Amazon's.",
      from: 'person',
      required: false,
      example: 'http://localhost:8333',
      local: '',
    },
  ]
}

/** The region of Amazon in which Heroku runs the apps. https://devcenter.heroku.com/articles/regions */
function region({ region }: Answers): string {
  return region === 'eu' ? 'eu-west-1' : 'us-east-1'
}

/** How to get a bucket, and what it has to allow. */
function readme({ frontend }: Answers): string {
  return `
## Uploads
${frontend === 'pages' ? '`/uploads` is the page. ' : ''}A browser asks \`POST /api/uploads\` for an address and sends the file there itself, so that a large one
neither waits in a dyno nor meets the router's 30 seconds; the address is good for ten minutes, for one type and one size. Small files (up to
\`MAX_CONTENT_LENGTH\`) may also come through the app. Without \`S3_BUCKET\`, on this computer, they are in \`instance/uploads/\`.

On Heroku the app needs a bucket: at Amazon, elsewhere (then set \`S3_ENDPOINT_URL\`, too), or from the add-on
[Bucketeer](https://devcenter.heroku.com/articles/bucketeer), which an app that exists can have, and which sets the values under names of its own:

\`\`\`sh
heroku addons:create bucketeer:hobbyist
heroku config:set S3_BUCKET=$(heroku config:get BUCKETEER_BUCKET_NAME) AWS_REGION=$(heroku config:get BUCKETEER_AWS_REGION)
heroku config:set AWS_ACCESS_KEY_ID=$(heroku config:get BUCKETEER_AWS_ACCESS_KEY_ID)
heroku config:set AWS_SECRET_ACCESS_KEY=$(heroku config:get BUCKETEER_AWS_SECRET_ACCESS_KEY)
\`\`\`

The bucket stays private. The key needs \`s3:PutObject\` and \`s3:GetObject\` below \`uploads/\`, and \`s3:ListBucket\`; with \`s3:PutBucketCORS\` it can
also tell the bucket, once, which pages may upload to it:

\`\`\`sh
heroku run flask uploads allow https://my-app-123.herokuapp.com
\`\`\`
`
}
