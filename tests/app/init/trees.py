"""Small repositories of our own, in the shapes that `gate init` knows; each a mapping of files."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

Tree = Mapping[str, str]

K6 = """\
import http from 'k6/http';
export const options = { vus: 1, iterations: 50, thresholds: { http_req_failed: ['rate<0.01'] } };
export default function () {
  http.get(`${__ENV.BASE_URL || 'http://localhost:3000'}/?size=${__ENV.SIZE}`);
}
"""
BARE = "import http from 'k6/http';\nexport default () => http.get('http://' + __ENV.HOST + '/');\n"
REMOTE = (
    "import http from 'k6/http';\nexport default () => http.get('https://shop.example.com/');\n"
)
NODE = """\
const http = require('http');
http.createServer((request, answer) => {
  if (request.url === '/healthz') return answer.end('well');
  answer.setHeader('content-type', 'text/html');
  answer.end('<!doctype html><html lang="en"><title>a</title><p>here</p>');
}).listen(process.env.PORT || 3000);
"""
BENCH = "def test_speed(benchmark):\n    benchmark(sum, range(1000))\n"
START = '{"scripts": {"start": "node server.js"}}'

TREES: dict[str, Tree] = {
    "k6-and-node": {"package.json": START, "server.js": NODE, "load/smoke.js": K6},
    "k6-with-a-bare-host": {"Procfile": "web: python app.py --port $PORT\n", "load.js": BARE},
    "k6-of-another-host": {"Procfile": "web: python app.py -p $PORT\n", "a.js": REMOTE, "b.js": K6},
    "many-k6-scripts": {
        "Procfile": "web: run $PORT",
        **{f"load/{name}.js": K6 for name in ("a", "web", "policy", "d", "e")},
    },
    "lighthouserc-json": {
        "lighthouserc.json": '{"ci": {"collect": {"staticDistDir": "./site", "url": '
        '["http://localhost/site/index.html", "http://localhost/about.html?a=1&b=2"]}}}',
        "site/index.html": "<!doctype html>",
    },
    "lighthouserc-yml": {
        ".lighthouserc.yml": "ci:\n  collect:\n    url: http://localhost:8080/a\n",
        "package.json": START,
        "server.js": NODE,
    },
    "lighthouserc-js": {
        "lighthouserc.js": "module.exports = { ci: { collect: { url: ['http://localhost:1/x'],"
        " startServerCommand: 'npm run start' } } };",
        "package.json": '{"devDependencies": {"vite": "5"}, "scripts": {"build": "vite build"}}',
        "package-lock.json": "{}",
        "dist/index.js": "1",
    },
    "size-limit": {
        "package.json": '{"size-limit": [{"path": "dist/a.js"}, {"name": "all: \\"x\\"", "path": '
        '["dist/*.js", "!dist/b.js"]}, {"path": "{a,b}.js"}], "scripts": {"build": "x"}}',
        "yarn.lock": "",
        "dist/a.js": "a",
    },
    "size-limit-file": {
        "package.json": "{}",
        ".size-limit.json": '[{"path": "./lib/a.js"}]',
    },
    "library": {"package.json": '{"module": "./dist/index.mjs", "scripts": {"build": "tsc"}}'},
    "monorepo": {
        "package.json": '{"private": true}',
        "packages/web/package.json": '{"scripts": {"build": "x"}}',
        "packages/web/dist/app.js": "1",
        "packages/web/dist/app.css": "1",
    },
    "next": {
        "package.json": '{"dependencies": {"next": "14"}, "scripts": {"build": "next build"}}'
    },
    "benchmarks": {"pyproject.toml": "", "tests/test_speed.py": BENCH, "tests/test_other.py": ""},
    "a-folder-of-benchmarks": {"bench/test_a.py": BENCH, "bench/test_b.py": BENCH},
    "many-benchmarks": {f"tests/{n * 30}/test_{n}.py": BENCH for n in "abcdefghijkl"}
    | {f"tests/{n * 30}/test_other.py": "" for n in "abcdefghijkl"},
    "django": {
        "manage.py": "import django\n",
        "shop/settings.py": "ENGINE = 'django.db.backends.postgresql'\nenv('SHOP_DB_URL')\n",
        "requirements.txt": "django\npsycopg[binary]\n",
    },
    "django-below": {"backend/manage.py": "import django\n", "backend/x.py": "'/api/health/'"},
    "fastapi": {
        "app/main.py": "app = FastAPI()\n@app.get('/healthz')\n",
        "app/db.py": "create_engine(os.environ['DATABASE_URL'] or 'postgresql+psycopg://x')\n",
    },
    "fastapi-below": {"backend/app/main.py": "app: FastAPI = FastAPI(title='x')\n"},
    "flask": {"app.py": "app = Flask(__name__)\n"},
    "dockerfile": {
        "Dockerfile": 'FROM x\nEXPOSE 8000\nCMD ["gunicorn", "-b", "0.0.0.0:8000", "a:b"]\n',
        "load.ts": K6,
    },
    "static-site": {"index.html": "<!doctype html>", "a.js": "1"},
    "a-branch-of-its-own": {"index.html": ""},
}

NOTHING: dict[str, Tree] = {
    "empty": {"README.md": "hello"},
    "a-shell-in-the-procfile": {"Procfile": "web: cd app && run $PORT | tee log"},
    "a-variable-in-the-procfile": {"Procfile": "web: run $PORT $SECRET"},
    "a-dockerfile-for-a-shell": {"Dockerfile": 'EXPOSE 80\nCMD ["sh", "-c", "run 80"]\n'},
    "start-without-a-port": {"package.json": START, "server.js": "listen(3000)"},
    "compose": {"compose.yml": "services: {db: {image: postgres:16}}"},
    "only-k6-of-another-host": {"a.js": REMOTE},
    "broken-files": {
        "package.json": "{" * 5000,
        "lighthouserc.json": "[]",
        "x/lighthouserc.yml": "a: *b",
        ".size-limit.json": "{",
        "Dockerfile": "EXPOSE 80\nCMD [[[\n",
    },
}


def plant(root: Path, tree: Tree, branch: str = "main") -> Path:
    """Write a tree and commit it; nothing of the user's git settings is used."""
    for name, text in tree.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgsign=false"]
    for words in (
        ["init", "-q", "-b", branch],
        ["add", "-A", "-f"],
        [*who, "commit", "-q", "-m", "x"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True, capture_output=True)
    return root
