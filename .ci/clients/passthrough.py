"""What the script "passthrough" does with plain HTTP."""
import collections
import http.client
import json
import os
import re
import sys
import threading
import time
import urllib.parse

TOKEN = os.environ['OS_TOKEN']
# Each service's address and where Jumpgate has it: "compute=http://a http://b".
PLACES = [line.replace('=', ' ').split() for line in os.environ['PLACES'].split('\n') if line]


def ask(base, method, path, headers=None, body=None):
    url = urllib.parse.urlsplit(base)
    connection = http.client.HTTPConnection(url.netloc, timeout=30)
    try:
        connection.request(method, url.path + path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def plain(answer, way):
    """An answer without what differs from one request to the next."""
    status, headers, body = answer
    body = body.decode('latin-1')
    lines = []
    for name, value in headers:
        name = name.lower()
        if name in ('date', 'connection', 'transfer-encoding'):
            continue
        if name == 'content-length':
            if not body:
                continue  # HEAD: Jumpgate can't know it where there may be links
            value = str(int(value) - len(body))  # URLs are not of the same length
        lines.append(name + ': ' + value)
    text = '\n'.join([str(status)] + sorted(lines) + ['', body])
    for service, *addresses in sorted(PLACES, key=lambda p: -len(p[2])):
        # Through Jumpgate there must be Jumpgate's only, but in pages for people.
        for address in addresses if 'content-type: text/html' in text else addresses[way:way + 1]:
            text = text.replace(address, '<%s>' % service)
    text = re.sub(r'req-[0-9a-f-]{36}', 'REQUEST', text)
    text = re.sub(r'gAAAA[\w=-]+', 'TOKEN', text)
    text = re.sub(r'"audit_ids": \[[^]]*\]', 'AUDIT', text)
    return re.sub(r'\d{4}-\d\d-\d\dT[\d:.]+Z?', 'TIME', text)


def requests(service):
    """What to ask a service for: method, path, header, body."""
    auth = {'X-Auth-Token': TOKEN, 'Accept': 'application/json'}
    subject = dict(auth, **{'X-Subject-Token': TOKEN})
    image, project = os.environ['IMAGE_ID'], os.environ['PROJECT']
    login = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {
        'name': 'demo', 'domain': {'id': 'default'}, 'password': 'secret'}}}}}
    wrong = json.loads(json.dumps(login).replace('secret', 'nonsense'))
    js = {'Content-Type': 'application/json'}
    nobody = ({}, auth, {'X-Auth-Token': 'nonsense'})

    def reads(headers, *paths):
        return [(m, p, h, None) for m in ('GET', 'HEAD') for h in headers for p in paths]

    common = [(m, p, h, None) for m in ('GET', 'HEAD', 'OPTIONS', 'PATCH', 'BREW')
              for p in ('', '/', '/nowhere') for h in ({}, auth, {'Accept': 'text/html'})]
    if service == 'identity':
        return common + reads(
            nobody + (subject,), '/v3', '/v3/', '/v3/auth/tokens', '/v3/auth/tokens?nocatalog', '/v3/auth/catalog', '/v3/auth/projects',
            '/v3/users', '/v3//users', '/v3/projects?name=a;b&x=%zz', '/v3/projects/nonsense', '/v3/us%65rs', '/v2.0') + [
            ('GET', '/v3', {'Accept': 'application/json-home'}, None),
            ('POST', '/v3/auth/tokens', {'Content-Type': 'text/plain'}, json.dumps(login)),
            ('POST', '/v3/auth/tokens', dict(js, **{'Accept-Encoding': 'gzip, deflate, br'}), json.dumps(login)),
            ('DELETE', '/v3/auth/tokens', auth, None), ('PUT', '/v3/auth/tokens', auth, '{}'),
        ] + [('POST', '/v3/auth/tokens', js, b) for b in (json.dumps(login), json.dumps(wrong), '{', '', '[]')]
    if service == 'image':
        file = '/v2/images/%s/file' % image
        return common + reads(
            nobody, '/v2', '/v2/', '/v2/images', '/v2/images?limit=1', '/v2/images/' + image, file, '/v2/schemas/image',
            '/v7/images', '/v1/images', '/versions', '/v2/images/nonsense', '/v2/images/a%2Fb', '/v2/info/stores') + [
            ('PUT', file, dict(auth, **js), '{}'), ('PATCH', '/v2/images/' + image, auth, '[]'), ('DELETE', '/v2/images/nonsense', auth, None),
            ('PUT', '/v2/images/nonsense/file', dict(auth, **{'Content-Type': 'application/octet-stream'}), 'x'),
        ] + [('GET', file, dict(auth, Range=r), None) for r in ('bytes=0-9', 'bytes=5-', 'bytes=-3', 'bytes=9999999999-', 'nonsense')] + [
            ('POST', '/v2/images', dict(auth, **js), b) for b in ('{', '', '[]', '{"id": "nonsense"}', '{"visibility": "public"}')]
    if service == 'network':
        return common + reads(
            nobody, '/v2.0', '/v2.0/', '/v2.0/networks', '/v2.0/networks?limit=1&sort_key=name', '/v2.0/networks?limit=1&sort_key=name&page_reverse=true',
            '/v2.0/networks/nonsense', '/v2.0/extensions/router', '/v2.0/quotas/' + project, '/v2.0/networks.json', '/v2.0//networks') + [
            ('POST', '/v2.0/networks', dict(auth, **js), b) for b in ('{', '', '[]', '{}', '{"network": {"nonsense": 1}}')] + [
            ('GET', '/v2.0/networks', dict(auth, Accept='application/xml'), None), ('DELETE', '/v2.0/networks/nonsense', auth, None)]
    versions = [dict(auth, **h) for h in (
        {}, {'OpenStack-API-Version': service + ' latest'}, {'OpenStack-API-Version': service + ' 3.99'},
        {'OpenStack-API-Version': 'nonsense'}, {'X-OpenStack-Nova-API-Version': '2.90'})]
    if service == 'compute':
        return common + reads(
            nobody, '/v2', '/v2.1', '/v2.1/', '/v2.1/servers/detail', '/v2.1/%s/servers' % project, '/v2.1/nonsense/servers',
            '/v2.1/servers/nonsense', '/v2.1//servers', '/v2/flavors') + reads(
            versions, '/v2.1/flavors?limit=1', '/v2.1/flavors/detail?limit=1&sort_key=name', '/v2.1/limits', '/v2.1/servers?nonsense=1',
            '/v2.1/os-hypervisors', '/v2.1/extensions', '/v2.1/os-availability-zone') + [
            ('POST', '/v2.1/servers', dict(auth, **js), b) for b in ('{', '', '[]', '{}', '{"server": {"name": ""}}')] + [
            ('POST', '/v2.1/servers/nonsense/action', dict(auth, **js), '{"reboot": null}'), ('DELETE', '/v2.1/servers/nonsense', auth, None)]
    root = '/v3/' + project
    return common + reads(
        nobody, '/v3', '/v3/', root, root + '/', root + '/volumes/detail', '/v3/nonsense/volumes', '/v3/volumes', root + '/volumes/nonsense',
        root + '/types?limit=1', '/v2/' + project + '/volumes') + reads(
        versions, root + '/limits', root + '/types', root + '/snapshots?limit=0', root + '/os-services', root + '/extensions', root + '/volumes?nonsense=1') + [
        ('POST', root + '/volumes', dict(auth, **js), b) for b in ('{', '[]', '{}', '{"volume": {"size": 0}}')] + [
        ('POST', root + '/volumes/nonsense/action', dict(auth, **js), '{"os-extend": {}}'), ('DELETE', root + '/volumes/nonsense', auth, None)]


def compare(*services):
    faults = 0
    for service, direct, way in PLACES:
        if service not in services:
            continue
        different, asked = 0, requests(service)
        for request in asked:
            try:
                want = plain(ask(direct, *request), 0)
            except http.client.HTTPException as e:  # it hung up, as uwsgi does on some defects
                print('  no answer directly:', request[:2], repr(e))
                continue
            got = plain(ask(way, *request), 1)
            if got != want:
                different += 1
                print('FAILED: %s %s %s %s\n--- directly\n%s\n--- through Jumpgate\n%s' % (request + (want[:1500], got[:1500])))
        print('%d requests to %s, %d different' % (len(asked), service, different))
        faults += different
    return faults


def catalog(base):
    faults = 0
    for service in json.load(sys.stdin):
        for endpoint in service['Endpoints']:
            url = endpoint['url']
            if service['Type'] == 'placement':
                continue
            status = ask(url, 'GET', '/', {'X-Auth-Token': TOKEN})[0]
            if not url.startswith(base + '/') or status not in (200, 300) and service['Type'] != 'volumev3':
                print('FAILED: %s %s answers %d' % (service['Type'], url, status))
                faults += 1
    return faults


def load(base, stop):
    """Reads and writes until the file appears; every answer must be whole."""
    auth = {'X-Auth-Token': TOKEN, 'Accept': 'application/json', 'Content-Type': 'application/json'}
    counts, created, wrong, timeline, lock = collections.Counter(), set(), [], [], threading.Lock()

    def work(n):
        i = 0
        while not os.path.exists(stop):
            i += 1
            method, path, body = ('GET', '/v2/images?limit=2', None) if n % 2 else \
                ('POST', '/v2/images', json.dumps({'name': 'load-%d-%d' % (n, i)}))
            try:
                status, headers, text = ask(base, method, path, auth, body)
                value = json.loads(text)
                good = status in (200, 201) or status == 503 and value['code'] == '503 Service Unavailable'
            except Exception as e:
                status, good, text = 0, False, repr(e)
            with lock:
                counts[status] += 1
                timeline.append((time.time(), status))
                if not good:
                    wrong.append((status, text))
                if status == 201:
                    created.add(value['id'])
            if status == 503:
                time.sleep(0.02)
    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    there, path = set(), '/v2/images?limit=500'
    while path:
        page = json.loads(ask(base, 'GET', path, auth)[2])
        if 'images' not in page:
            print('FAILED:', path, page)
            return 1
        there |= {i['id'] for i in page['images']}
        path = page.get('next')
    lost = created - there
    for image in created & there:
        ask(base, 'DELETE', '/v2/images/' + image, auth)
    down = [t for t, status in timeline if status == 503]
    after = [t for t, status in timeline if status in (200, 201) and down and t > down[-1]]
    print('answers by status %s; %d images created, %d lost; down for %.1f s, %d good answers after' % (
        dict(counts), len(created), len(lost), down[-1] - down[0] if down else 0, len(after)))
    for w in wrong[:5]:
        print('FAILED:', w)
    return bool(wrong or lost or not down or not after or not created)


sys.exit(bool({'compare': compare, 'catalog': catalog, 'load': load}[sys.argv[1]](*sys.argv[2:])))
