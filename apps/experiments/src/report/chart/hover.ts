/**
 * The script of a page with charts: shows the values under the pointer. The page is complete
 * without it. It writes texts only, so titles cannot become markup.
 */
export const HOVER_SCRIPT = `
for (const svg of document.querySelectorAll('svg[data-hover]')) {
  const { by, x, y, lines } = JSON.parse(svg.dataset.hover);
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  svg.parentElement.append(tip);
  const rule = document.createElementNS(svg.namespaceURI, 'path');
  rule.setAttribute('class', 'rule');
  svg.append(rule);
  const place = (axis, value) => {
    const [low, high, at] = [...axis.domain, value].map((each) => (axis.log ? Math.log(each) : each));
    return axis.pixels[0] + ((at - low) / (high - low)) * (axis.pixels[1] - axis.pixels[0]);
  };
  const text = (axis, value) => (axis.percent ? (100 * value).toFixed(2) + ' %' : value.toLocaleString('en', { maximumSignificantDigits: 4 }));
  const all = lines.flatMap((line) => line.points.map(([a, b]) => ({ line, a, b, left: place(x, a), up: place(y, b) })));
  const write = (heading, rows) => {
    tip.replaceChildren(heading, ...rows.map(({ line, b }) => {
      const row = document.createElement('span');
      row.className = 'c' + line.color;
      row.textContent = line.title + ' ' + text(y, b);
      return row;
    }));
  };
  const show = (event) => {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const [left, up] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
    const distance = (point) => Math.hypot(point.left - left, by === 'x' ? 0 : point.up - up);
    const near = all.reduce((best, point) => (distance(point) < distance(best) ? point : best), all[0]);
    if (!near) return;
    if (by === 'x') {
      const rows = lines.flatMap((line) => all.find((point) => point.line === line && point.a === near.a) ?? []);
      write(x.title + ' ' + text(x, near.a), rows);
      rule.setAttribute('d', 'M' + near.left + ' ' + y.pixels[1] + 'V' + y.pixels[0]);
    } else {
      write(x.title + ' ' + text(x, near.a), [near]);
      rule.setAttribute('d', 'M' + (near.left - 5) + ' ' + near.up + 'h10m-5 -5v10');
    }
    tip.hidden = false;
    rule.style.display = '';
    tip.style.left = Math.max(0, Math.min(near.left / scale + 10, box.width - tip.offsetWidth)) + 'px';
  };
  const hide = () => {
    tip.hidden = true;
    rule.style.display = 'none';
  };
  svg.addEventListener('pointermove', show);
  svg.addEventListener('pointerdown', show);
  svg.addEventListener('pointerleave', hide);
}
`;
