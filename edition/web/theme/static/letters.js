/* The letters and digits of a text, folded, and for each its place in the text: as `letters` in edition/witness/fingerprint.py. */
const bookLetters = (text) => {
  const found = [], places = [];
  let place = 0;
  for (const character of text) {
    for (const letter of character.normalize("NFKD").toLowerCase()) if (/[\p{L}\p{N}]/u.test(letter)) {
      found.push(letter);
      places.push(place);
    }
    place += character.length;
  }
  return {found: found.join(""), places};
};
