#!/usr/bin/python3
"""Write down which requests the `openstack` command makes.

osc-trace.py OUTFILE < COMMANDS     one command a line, without "openstack"; "# text" becomes a heading; "!shell line" is run
                                    silently; NAME=value or NAME=!ARGUMENTS (an openstack command's last line) sets $NAME.
OS_* must be set. A command is a heading; its requests follow, one a line.
"""
import json, logging, os, re, shlex, subprocess, sys, tempfile
import requests.adapters
from openstackclient import shell

real, trace = requests.adapters.HTTPAdapter.send, None


def send(self, request, **kw):
    resp = real(self, request, **kw)
    h, b = request.headers, request.body
    line = '- %s %s' % (request.method, request.url)
    if request.url.endswith('/auth/tokens') and request.method == 'POST':
        a = json.loads(b)['auth']
        line += ' (auth; %s, %s scope)' % (a['identity']['methods'][0], ''.join(list(a.get('scope') or {})[:1]) or 'no')
    else:
        line += ' -> %s' % resp.status_code
        text = lambda x: x.decode() if isinstance(x, bytes) else str(x)
        extra = ['%s: %s' % (k, text(h[k])) for k in sorted(h) if 'api-version' in k.lower()]
        if h.get('Content-Type') and text(h['Content-Type']) != 'application/json':
            extra.append('Content-Type: ' + text(h['Content-Type']))
        if extra:
            line += '  [%s]' % '; '.join(extra)
        if b:
            line += '  body `%s`' % text(b)[:600]
    with open(trace, 'a') as f:
        f.write(line + '\n')
    return resp


requests.adapters.HTTPAdapter.send = send
out = open(sys.argv[1], 'a')
tmp = tempfile.mkdtemp()
trace = tmp + '/trace'
names = {}


def expand(s):
    return re.sub(r'\$(\w+)', lambda m: names.get(m.group(1), os.environ.get(m.group(1), '')), s)


def osc(argv):
    """One command in a child that inherits the loaded modules: seconds faster than a new process. Exit code, stdout, stderr."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        logging.getLogger('').handlers.clear()     # else every message comes once more for each warm-up
        for n, f in ((1, 'out'), (2, 'err')):
            os.dup2(os.open(tmp + '/' + f, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), n)
        try:
            rc = shell.main(argv)
        except SystemExit as e:
            rc = e.code if isinstance(e.code, int) else 1
        except BaseException as e:
            print(e, file=sys.stderr)
            rc = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(rc or 0)
    rc = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return rc, open(tmp + '/out').read(), open(tmp + '/err').read()


sys.argv[0] = 'openstack'
for warm in (['baremetal', 'node', 'list', '--help'], ['baremetal', 'port', 'list', '--help']):   # load what every child would
    save, os.environ['PAGER'] = os.dup(1), 'cat'
    os.dup2(os.open('/dev/null', os.O_WRONLY), 1)
    try:
        shell.main(warm)
    except SystemExit:
        pass
    os.dup2(save, 1)
for line in sys.stdin:
    line = line.rstrip('\n')
    if not line.strip():
        continue
    if line.startswith('# '):
        out.write('\n' + line + '\n')
        continue
    m = re.match(r'(\w+)=(.*)$', line)
    if m:          # NAME=value, or NAME=!openstack arguments: its output
        v = expand(m.group(2))
        names[m.group(1)] = osc(shlex.split(v[1:]))[1].strip().split('\n')[-1] if v.startswith('!') else v
        continue
    if line.startswith('!'):
        subprocess.run(expand(line[1:]), shell=True, stdout=subprocess.DEVNULL)
        continue
    open(trace, 'w').close()
    rc, _, err = osc(shlex.split(expand(line)))
    out.write('\n## openstack %s\n\n%s- exit %d%s\n' % (line, open(trace).read(), rc, ': ' + ' '.join(err.split())[:300] if rc else ''))
    out.flush()
    print('%3d  %s' % (rc, line), flush=True)
    if rc:
        print('     ' + ' '.join(err.split())[:200], flush=True)
