/** Certificates for tests, made by openssl: an authority, and what it signs. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Authority extends Certificate {
  /** @param names such as `DNS:localhost,IP:127.0.0.1` */
  issue(name: string, names: string, validity?: Validity): Certificate;
}

/** As `openssl x509` takes them: `YYYYMMDDHHMMSSZ`. */
export interface Validity {
  readonly from: string;
  readonly until: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** @param folder takes the files */
export function makeAuthority(folder: string, name = 'authority'): Authority {
  const at = (file: string) => join(folder, file);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const read = (base: string): Certificate => ({
    cert: readFileSync(at(`${base}.pem`), 'utf8'),
    key: readFileSync(at(`${base}.key`), 'utf8'),
    certFile: at(`${base}.pem`),
    keyFile: at(`${base}.key`),
  });
  const own = ['-keyout', at(`${name}.key`), '-out', at(`${name}.pem`)];
  openssl('req', '-x509', ...KEY, ...own, '-days', '3650', '-subj', `/CN=${name}`);
  return {
    ...read(name),
    issue(leaf, names, validity) {
      const base = `${name}-${leaf}`;
      openssl('req', ...KEY, '-keyout', at(`${base}.key`), '-out', at(`${base}.csr`), '-subj', `/CN=${leaf}`);
      writeFileSync(at(`${base}.ext`), `subjectAltName=${names}\n`);
      const signing = ['-CA', at(`${name}.pem`), '-CAkey', at(`${name}.key`), '-extfile', at(`${base}.ext`)];
      const request = ['-in', at(`${base}.csr`), '-out', at(`${base}.pem`)];
      if (validity === undefined) openssl('x509', '-req', ...request, ...signing, '-days', '3650');
      else signDated(openssl, at, base, name, validity);
      return read(base);
    },
  };
}

/** `openssl x509` dates from today only; `openssl ca` takes any dates, and wants a small data base. */
function signDated(
  openssl: (...args: string[]) => unknown,
  at: (file: string) => string,
  base: string,
  authority: string,
  { from, until }: Validity,
): void {
  writeFileSync(at(`${base}.index`), '');
  writeFileSync(at(`${base}.serial`), '01\n');
  const config = [
    '[ca]',
    'default_ca=one',
    '[one]',
    `database=${at(`${base}.index`)}`,
    `serial=${at(`${base}.serial`)}`,
    `new_certs_dir=${at('.')}`,
    'default_md=sha256',
    'policy=any',
    '[any]',
    'commonName=supplied',
  ];
  writeFileSync(at(`${base}.conf`), config.join('\n'));
  const files = ['-in', at(`${base}.csr`), '-out', at(`${base}.pem`), '-extfile', at(`${base}.ext`)];
  const by = ['-cert', at(`${authority}.pem`), '-keyfile', at(`${authority}.key`)];
  const dates = ['-startdate', from, '-enddate', until];
  openssl('ca', '-batch', '-notext', '-config', at(`${base}.conf`), ...files, ...by, ...dates);
}
