"""Sends the requests of the bench's recorder to a cloud and keeps the answers,
or compares two sets of such answers.

    recordings.py record RECORDER FOLDER AUTH_URL SERVICE=MOUNT...
    recordings.py compare FOLDER PLACE... -- FOLDER PLACE...

A MOUNT is a service's address without its version, to which the recorder's
paths from the root belong: behind Jumpgate services are no hosts. A PLACE is
SERVICE=ADDRESS, and in a comparison the addresses of both sides are the same.
"""
import difflib
import json
import os
import re
import sys
import uuid

# What differs from one run to the next.
VARYING = [(re.compile(pattern), word) for pattern, word in (
    (r'req-[0-9a-f-]{36}', 'REQUEST'),
    (r'[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}|\b([0-9a-f]{32}|[0-9a-f]{56})\b', 'ID'),
    (r'gAAAA[\w=-]+', 'TOKEN'),
    (r'\d{4}-\d\d-\d\d([T ][\d:.]+(Z|\+00:?00)?)?|\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT', 'TIME'),
    (r'\b(10|172|192|203)\.\d+\.\d+\.\d+|\bfd00:77::f816[\da-f:]+', 'IP'),
    (r'\b([\da-f]{2}:){5,15}[\da-f]{2}\b', 'HEX'),
    (r'ssh-rsa [\w+/=]+', 'KEY'),
    (r'\bfake[12]\b', 'HOST'),
    (r'\binstance-[\da-f]{8}\b|\br-[a-z\d]{8}\b', 'NAME'),
)]
MEMBERS = re.compile(r'adminPass|audit_ids|auth_key|secret|.*generation|standard_attr_id|updated_at|hours|uptime|total_(hours|.*_usage)|started_at'
                     r'|in_use|total\w+Used|.*_capacity_gb|VCPU|MEMORY_MB|DISK_GB|provider:segmentation_id|used_ips|log_size|size|reasons')

# Answers that depend on how fast the cloud is: whether a volume is still being
# deleted, and which of two faults within a second is the last.
RACES = 'volume/132-delete-while-deleting', 'compute/337-server-get-error'


def record(recorder, folder, auth, *mounts):
    mounts = dict(m.split('=', 1) for m in mounts)
    text = open(recorder).read()
    for old, new in (("url = '%s://%s%s' % (u.scheme, u.netloc, path[1:])", 'url = MOUNTS[svc] + path[1:]'),
                     ('aaaaaaaa-0000-4000-8000-000000000001', str(uuid.uuid4())),  # an image's id is used once
                     # Nobody is there to delete backups, and Cinder waits a minute for each.
                     ("go(S, '', 'GET', '/backups', save=False)['backups']", '[]')):
        assert old in text, old
        text = text.replace(old, new)
    os.environ['OS_AUTH_URL'] = auth
    sys.argv = [recorder, folder, 'identity', 'image', 'network', 'volume', 'compute']
    exec(compile(text, recorder, 'exec'), {'__name__': '__main__', 'MOUNTS': mounts})


def kinds(value):
    """The types of a value's members, and its links."""
    if isinstance(value, dict):
        return {k: kinds(v) for k, v in value.items()}
    if isinstance(value, list):
        return [kinds(v) for v in value if isinstance(v, dict) and 'href' in v]
    return value if isinstance(value, str) and value.startswith('<') else type(value).__name__


def canonical(value, member=''):
    """A value without its order and what varies. Which objects a list has
    depends on what was there before, and on the order of random ids, so those
    count for what all of them have."""
    if value is not None and (MEMBERS.fullmatch(member) or member == 'id' and isinstance(value, int)):
        return 'VARIES'
    if isinstance(value, dict):
        return {k: canonical(v, k) for k, v in value.items()}
    if isinstance(value, list):
        items = sorted((canonical(v) for v in value), key=json.dumps)
        if not items or not isinstance(items[0], dict) or 'href' in items[0]:
            return items
        every = [kinds(i) for i in items]
        return [{k: v for k, v in every[0].items() if all(e.get(k) == v for e in every)}]
    return value


def same(a, b, item=False):
    """Compares canonical values; items of lists in the members that both
    have, and links by which of a page there are."""
    if isinstance(a, dict) and isinstance(b, dict):
        odd = {k for k in a.keys() ^ b.keys() if k != 'next' and not k.endswith('_links')}
        return (item or not odd) and all(same(a[k], b[k], item) for k in a.keys() & b.keys())
    if not isinstance(a, list) or not isinstance(b, list):
        return a == b or item and 'NoneType' in (a, b)
    if not all(isinstance(v, dict) for v in a + b):
        return len(a) == len(b) and all(map(same, a, b))
    if a and b and 'href' not in a[0]:
        return same(a[0], b[0], True)
    links = [{v.get('href', '').split('?')[0] for v in x} for x in (a, b)]
    return links[0] <= links[1] or links[1] <= links[0]


def load(path, places):
    text = open(path).read()
    for service, address in places:
        text = text.replace(address, '<%s>' % service)
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    r = json.loads(text)
    headers = sorted([k.lower(), ', '.join(sorted(v.split(', '))) if k.lower() == 'allow' else v]
                     for k, v in r['response_headers']
                     if k.lower() not in ('date', 'connection', 'transfer-encoding', 'content-length'))
    return [r['status'], headers, canonical(r['response_body'])]


def answers(folder):
    return {re.sub(r'-\d+\.json$', '', os.path.relpath(os.path.join(d, name), folder)): os.path.join(d, name)
            for d, _, names in os.walk(folder) for name in names if name.endswith('.json')}


def compare(*args):
    middle = args.index('--')
    sides = []
    for folder, *places in (args[:middle], args[middle + 1:]):
        # An address may begin with another one.
        places = sorted((p.split('=', 1) for p in places), key=lambda p: -len(p[1]))
        sides.append((answers(folder), places))
    (one, places), (other, others) = sides
    faults = ['%s was sent to one only' % name for name in one.keys() ^ other.keys()]
    hidden = [p[1] for p in places if p not in others]
    for name in sorted(one.keys() & other.keys() - set(RACES)):
        a, b = load(one[name], places), load(other[name], others)
        faults += ['%s tells of %s' % (name, address) for address in hidden if address in open(other[name]).read()]
        if not same(a, b):
            texts = [json.dumps(v, indent=1, sort_keys=True).split('\n') for v in (a, b)]
            faults.append('\n'.join([name] + list(difflib.unified_diff(*texts, n=0, lineterm=''))[2:30]))
    for fault in faults:
        print('FAILED:', fault)
    print('%d answers recorded directly and through Jumpgate, %d different' % (len(one), len(faults)))
    return faults or not one


sys.exit(bool({'record': record, 'compare': compare}[sys.argv[1]](*sys.argv[2:])))
