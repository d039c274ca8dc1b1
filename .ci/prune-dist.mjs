// Removes files of a package's dist/ without a source, such as those of a renamed file: tsc leaves them, and they would
// be packed.
// `node .ci/prune-dist.mjs [package…]`, without a package all of them.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const packages = process.argv.length > 2 ? process.argv.slice(2) : ['producer', 'local', 'tools'];

for (const name of packages) {
  const [dist, src] = [path.join(project, name, 'dist'), path.join(project, name, 'src')];
  if (!fs.existsSync(dist)) continue;
  for (const file of fs.readdirSync(dist, { recursive: true }).map(String).sort().reverse()) {
    const built = path.join(dist, file);
    if (fs.statSync(built).isDirectory()) {
      if (fs.readdirSync(built).length === 0) fs.rmdirSync(built);
      continue;
    }
    const stem = file.replace(/(\.d)?\.[cm]?[jt]s(\.map)?$/, '');
    const sources = ['.ts', '.js', '.mjs', '.cjs'].map((ending) => stem + ending);
    const made = [file, ...sources].some((source) => fs.existsSync(path.join(src, source)));
    if (!made && file !== '.tsbuildinfo') fs.rmSync(built);
  }
}
