// Loaded before the scripts (`node --import`), in plain JavaScript: an older Node cannot even read the others.
const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  console.error(
    `Patchbay runs on Node 24; this is ${process.versions.node}. npm brings its own: ` +
      'run `npm ci` (with install scripts allowed for the package "node"), then start through `npm run …`.',
  )
  process.exit(1)
}
