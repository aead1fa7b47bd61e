-- Formats citations by pandoc's citation processor: reads what formatting.py asks, writes what it made of it.
local asked = pandoc.json.decode(io.read("a"), false)
local NUMBER = "31415926" -- where the build puts that of a passage, note or figure
local made = {}

local function text(blocks, format)
  return (pandoc.write(pandoc.Pandoc(blocks), format, {wrap_text = "none"}):gsub("\n+$", ""))
end

local function bibtex(reference)
  local document = pandoc.Pandoc({}, pandoc.Meta {references = {reference}})
  return pandoc.write(document, "bibtex", {wrap_text = "none"})
end

-- empty braces: what follows is no locator of the style's, but our own words
local function pinpointed(kind)
  return kind == "" and {} or {pandoc.Str((kind == "passage" and "{}, " or ", ") .. kind .. " " .. NUMBER)}
end

-- some styles set an entry in a block of its own
local unwrap = {Span = function(span) if span.classes:includes("csl-block") then return span.content end end}

for i, one in ipairs(asked.items) do
  local id, entries, references = one.item.id, {}, {}
  local reference = pandoc.read(pandoc.json.encode({one.item}), "csljson").meta.references[1]
  local function cite(suffix) return pandoc.Cite({}, {pandoc.Citation(id, "NormalCitation", {}, suffix)}) end
  for _, style in ipairs(asked.styles) do -- one item at a time: beside others of its author and year it were 2026a
    local paragraphs, cites = {}, {}
    for n, kind in ipairs(one.pinpoints) do
      paragraphs[n] = pandoc.Para {cite(pinpointed(kind))}
    end
    local meta = {csl = style.path, references = {reference}, lang = style.lang, nocite = cite()}
    local done = pandoc.utils.citeproc(pandoc.Pandoc(paragraphs, pandoc.Meta(meta))).blocks
    for n, kind in ipairs(one.pinpoints) do
      local words, count = text({done[n]}, "plain"):gsub(NUMBER, "{number}")
      assert(count == (kind == "" and 0 or 1), style.name .. " drops the number of a " .. kind)
      cites[kind] = words
    end
    local entry = pandoc.utils.blocks_to_inlines(done[#done].content[1].content):walk(unwrap)
    entries[style.name], references[style.name] = text({pandoc.Plain(entry)}, "html"), cites
  end
  made[i] = {entries = entries, references = references, bibtex = bibtex(reference)}
end
print(pandoc.json.encode(made))
