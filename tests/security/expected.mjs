// What `pratique policy import` recognises in each document: clauses by id,
// with what of them the document says; and the values it must not miss.
export const expected = {
  'version-table.md': {
    product: 'Tallgrass', contact: 'security@tallgrass.example.org', weekend: [],
    clauses: { contact: {}, 'private-channel': {}, acknowledge: { strength: 'must', 'business-days': 2 }, resolve: { strength: 'aim', 'business-days': 30 } },
    texts: ['5.1.x: :white_check_mark:', '< 4.0: :x:'],
  },
  'short-list.rst': {
    product: 'Harbour Tug', contact: 'security@quay.example', organisation: 'Quay',
    clauses: {
      contact: {}, 'private-channel': {}, 'plain-text': {}, 'one-per-mail': {},
      'required.title': {}, 'required.steps': {}, 'required.contact': {}, acknowledge: { strength: 'aim', 'business-days': 5 }, 'safe-harbor': {},
    },
  },
  'three-lines.md': {
    contact: 'security@pebble.example.net', organisation: 'Pebble', weekend: [],
    clauses: { contact: {}, 'private-channel': {}, acknowledge: { strength: 'aim', 'business-days': 7 } },
  },
  'library.md': {
    product: 'Quillcast', contact: 'security@quillcast.example.com',
    clauses: {
      transparent: {}, contact: {}, 'private-channel': {}, 'vulnerabilities-only': { refuses: ['bug', 'question', 'support'] },
      'required.title': {}, 'required.steps': {}, 'required.contact': {},
      acknowledge: { 'business-days': 3 }, validate: { 'business-days': 10 }, 'follow-up': { 'business-days': 10 }, 'embargo-90': { days: 90 },
    },
  },
  'foundation.md': {
    contact: 'security@heron.example.org', organisation: 'Heron', weekend: [],
    clauses: { 'private-channel': {}, 'notify-first': {}, 'vulnerabilities-only': {}, contact: {}, 'plain-text': {}, 'one-per-mail': {}, acknowledge: { 'business-days': 7 }, 'coordinate-after': {} },
  },
  'cluster.md': {
    product: 'Orrery', contact: 'security@orrery.example.io',
    clauses: { contact: {}, platform: { platform: 'HackerOne' }, acknowledge: { 'business-days': 3 }, validate: { 'business-days': 3 }, 'follow-up': { 'business-days': 0 } },
  },
  'framework.rst': {
    contact: 'security@cistern.example.org', organisation: 'Cistern',
    clauses: { contact: {}, 'private-channel': {}, 'vulnerabilities-only': {}, acknowledge: { strength: 'aim', 'business-days': 3 }, 'scope.out': { scope: 'out', about: 'other' } },
    texts: ['4.2: yes', '3.2: until April'],
  },
  'embargo.md': {
    contact: 'psirt@marlpit.example', weekend: [], repository: 'github.com/marlpit/marlpit-core',
    clauses: {
      contact: {}, acknowledge: { 'business-days': 1 }, validate: { 'business-days': 14 }, 'embargo-90': { days: 90 }, 'coordinate-after': {},
      'safe-harbor': {}, rescind: {}, laws: {},
    },
  },
  'no-bounty.md': {
    contact: 'security@fennel.example', weekend: [],
    clauses: {
      contact: {}, acknowledge: { strength: 'best-effort', 'business-days': 10, 'remind-days': 5 },
      'scope.website': { scope: 'out', hosts: ['fennel.example'] }, 'scope.dependencies': { scope: 'out' },
      'scope.unintended-configuration': { scope: 'out' }, 'scope.out': { about: 'other' }, 'scope.out-2': { about: 'other' },
      'out-of-scope-ignored': {}, 'severity.refused': {},
    },
  },
  'with-key.md': {
    product: 'Lanternfish', contact: 'security@lanternfish.example',
    clauses: { contact: {}, 'plain-text': {}, 'notify-first': {}, acknowledge: { 'business-days': 2 } },
    texts: ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDME'],
  },
  'deutsch.md': {
    product: 'Wiesenweg', contact: 'sicherheit@wiesenweg.example',
    clauses: { transparent: {}, contact: {}, 'private-channel': {}, acknowledge: { 'business-days': 3 }, resolve: { strength: 'aim', 'business-days': 90 }, 'embargo-90': { days: 90 } },
  },
  'question-list.md': {
    contact: 'team@rootstock.example', organisation: 'Rootstock',
    clauses: {
      contact: {}, 'one-per-mail': {}, 'required.title': {}, 'required.steps': {}, 'required.contact': {}, 'required.written': {},
      acknowledge: { 'business-days': 2 }, 'follow-up': { 'business-days': 5 }, resolve: { strength: 'aim', 'business-days': 45 },
      'safe-harbor': {}, 'third-parties': {},
    },
  },
  'service.rst': {
    contact: 'security@brindle.example', organisation: 'Brindle', weekend: [],
    clauses: {
      contact: {}, 'scope.tagged-releases': { scope: 'in' }, 'scope.as-documented': { scope: 'in' }, 'scope.website': { scope: 'out', hosts: ['brindle.example'] },
      'scope.dependencies': { scope: 'out' }, 'scope.other-systems': { scope: 'out' }, 'out-of-scope-ignored': {},
      acknowledge: { strength: 'aim', 'business-days': 2 }, resolve: { strength: 'aim', 'business-days': 60 },
    },
    texts: ['Answer: 2 days'],
  },
  'formal.md': {
    product: 'Vellum Press', contact: 'disclosure@vellum.example',
    clauses: {
      reuse: {}, transparent: {}, 'private-channel': {}, contact: {}, 'notify-first': {}, 'embargo-60': { days: 60 },
      'safe-harbor': { promises: 3 }, rescind: { grounds: 2 }, 'as-is': {},
    },
  },
  'chatty.md': {
    contact: 'hello@sundial.example', organisation: 'Sundial',
    clauses: { contact: {}, 'private-channel': {}, acknowledge: { 'business-days': 2, 'remind-days': 1 }, 'coordinate-after': {} },
  },
}

/** Every kind of sentence that dag-factory.md has, by the id its clause must get. */
export const table = [
  'reuse', 'learn-more', 'transparent', 'contact', 'private-channel', 'vulnerabilities-only', 'as-is', 'scope.tagged-releases',
  'scope.as-documented', 'scope.other-codebases', 'scope.website', 'scope.dependencies', 'scope.unintended-configuration',
  'scope.other-systems', 'scope.browser-cookies', 'out-of-scope-ignored', 'plain-text', 'one-per-mail', 'required.title',
  'required.steps', 'required.contact', 'required.written', 'more-information', 'severity.refused', 'cwe.recommended',
  'acknowledge', 'validate', 'resolve', 'follow-up', 'platform', 'safe-harbor', 'notify-first', 'embargo-90', 'coordinate-after',
  'rescind', 'third-parties', 'laws',
]
