// Takes the comments out of the JavaScript of a package's dist/ before it is packed: they are a sixth of the tarball.
// Declarations keep theirs, which editors show. A file is replaced at once: an endpoint may be starting from it.
// `node .ci/strip-dist.mjs package…`
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const options = {
  removeComments: true,
  allowJs: true,
  target: 'ES2022',
  module: 'None',
  newLine: ts.NewLineKind.LineFeed,
};

for (const name of process.argv.slice(2)) {
  const dist = path.join(project, name, 'dist');
  for (const file of fs.readdirSync(dist, { recursive: true }).map(String)) {
    if (!file.endsWith('.js')) continue;
    const built = path.join(dist, file);
    const before = fs.readFileSync(built, 'utf8');
    if (!/^\s*(\/\/|\/?\*)/m.test(before)) continue;
    const after = ts.transpileModule(before, { compilerOptions: options }).outputText;
    if (after === before) continue;
    const { mode } = fs.statSync(built);
    fs.writeFileSync(`${built}.stripped`, after, { mode });
    fs.renameSync(`${built}.stripped`, built);
  }
}
