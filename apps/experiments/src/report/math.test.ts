import { expect, it } from 'vitest';
import { frac, hat, math, root, sub, sup, word } from './math.js';

it('math: distinguishes identifiers, numbers and operators', () => {
  expect(math('2x−1')).toBe(
    '<math display="block"><mrow><mn>2</mn><mi>x</mi><mo>−</mo><mn>1</mn></mrow></math>',
  );
});

it('math: nests parts', () => {
  expect(math(frac('1', root(sup('σ', '2'))), hat('v'), sub('n', word('in')))).toBe(
    '<math display="block"><mrow><mfrac><mrow><mn>1</mn></mrow><mrow><msqrt><mrow><msup><mrow><mi>σ</mi></mrow><mrow><mn>2</mn></mrow></msup></mrow></msqrt></mrow></mfrac>' +
      '<mover accent="true"><mrow><mi>v</mi></mrow><mo>^</mo></mover><msub><mrow><mi>n</mi></mrow><mrow><mtext>in</mtext></mrow></msub></mrow></math>',
  );
});

it('math: escapes operators and words', () => {
  expect(math('a<b', word('<i>'))).toContain('<mo>&lt;</mo><mi>b</mi><mtext>&lt;i&gt;</mtext>');
});
