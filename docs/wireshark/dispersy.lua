-- Shows dispersy's datagrams in Wireshark and tshark (4.0 or newer), and opens the sealed ones of which a keylog file
-- (`dispersy run --keylog FILE`) has the sender's key.
--
--     tshark -X lua_script:dispersy.lua -o dispersy.keylog:FILE -r node.pcap
--
-- Without the preference, the file is the one that the environment names in DISPERSY_KEYLOGFILE. The layout of what is
-- sealed is that of wire/sealed.ts, the messages are those of wire/dispersy.proto. The tag of a sealed datagram is not
-- checked: what somebody altered on its way is shown as noise. Bundles of private overlays are sealed once more, under
-- keys that no keylog file has: of these, sizes are shown.

-- Wireshark brings these along for each version of Lua, which has bit32 in some only. What they return is signed.
local band, bxor, rshift, rotate = bit.band, bit.bxor, bit.rshift, bit.rol

local OVERLAY_BYTES = 20
local CLEAR_OFFSET = 2 + OVERLAY_BYTES
local SEALED_TAG = 0x3a
local HINT_OFFSET, SENDER_OFFSET, COUNTER_OFFSET, TEXT_OFFSET = 27, 30, 39, 46
local TAG_BYTES = 16

-- Of Datagram in the schema, by the field's number.
local MESSAGES = {
  [2] = "introduction-request",
  [3] = "introduction-response",
  [4] = "puncture-request",
  [5] = "puncture",
  [6] = "bundles",
  [8] = "notice",
}
local BUNDLES = 6
-- Of Body in the schema.
local KINDS = { [0] = "data", "policy", "grant", "receipt", "keys", "revoke", [64] = "ephemeral" }

local dispersy = Proto("dispersy", "Dispersy")
dispersy.prefs.keylog = Pref.string(
  "Keylog file",
  "",
  "What `dispersy run --keylog FILE` wrote; by default what DISPERSY_KEYLOGFILE names"
)

local f = {
  overlay = ProtoField.bytes("dispersy.overlay", "Overlay"),
  sealed = ProtoField.bool("dispersy.sealed", "Sealed"),
  hint = ProtoField.uint16("dispersy.hint", "Key hint", base.HEX),
  sender = ProtoField.bytes("dispersy.sender", "Sender"),
  counter = ProtoField.uint32("dispersy.counter", "Counter"),
  text = ProtoField.bytes("dispersy.ciphertext", "Ciphertext"),
  tag = ProtoField.bytes("dispersy.tag", "Tag (not checked)"),
  opened = ProtoField.bool("dispersy.opened", "Opened"),
  kind = ProtoField.string("dispersy.kind", "Message"),
  bytes = ProtoField.uint32("dispersy.bytes", "Bytes of the message"),
  bundle = ProtoField.none("dispersy.bundle", "Bundle"),
  author = ProtoField.bytes("dispersy.bundle.author", "Author"),
  time = ProtoField.double("dispersy.bundle.global_time", "Global time"),
  content = ProtoField.string("dispersy.bundle.kind", "Kind"),
  key = ProtoField.bytes("dispersy.bundle.key", "Sealed under payload key"),
  size = ProtoField.uint32("dispersy.bundle.size", "Bytes of the content"),
  payload = ProtoField.string("dispersy.bundle.payload", "Payload"),
}
dispersy.fields = f

local no_key = ProtoExpert.new(
  "dispersy.no_key",
  "No keylog file has the key of this sender",
  expert.group.DECRYPTION,
  expert.severity.NOTE
)
local not_read = ProtoExpert.new(
  "dispersy.not_read",
  "What was opened is no message: another sender's key, or altered on its way",
  expert.group.MALFORMED,
  expert.severity.WARN
)
dispersy.experts = { no_key, not_read }

-- Keys -----------------------------------------------------------------------------------------------------------

-- By overlay and sender in hexadecimal, keys as 32 bytes. BOUNDED: by the file, which dispersy keeps below 16 MiB.
local keys = {}
local keylog
local read_to = 0

local function forget_keys()
  if keylog then keylog:close() end
  keys, keylog, read_to = {}, nil, 0
end

local function from_hex(text)
  return (text:gsub("%x%x", function(digits) return string.char(tonumber(digits, 16)) end))
end

-- Reads what was written since: a node that still runs adds keys while we show its datagrams.
local function read_keys()
  local path = dispersy.prefs.keylog
  if path == "" then path = os.getenv("DISPERSY_KEYLOGFILE") or "" end
  if path == "" then return end
  keylog = keylog or io.open(path, "rb")
  if not keylog then return end
  keylog:seek("set", read_to)
  for line in function() return keylog:read("*L") end do
    -- Half a line is read again once it is whole.
    if line:sub(-1) ~= "\n" then return end
    read_to = read_to + #line
    local overlay, sender, key = line:match("^DISPERSY_SENDER (%x+) (%x+) (%x+)%s*$")
    if overlay and #overlay == 40 and #sender == 16 and #key == 64 then
      keys[(overlay .. sender):lower()] = from_hex(key)
    end
  end
end

local function key_of(overlay, sender)
  local name = (overlay:bytes():tohex() .. sender:bytes():tohex()):lower()
  if not keys[name] then read_keys() end
  return keys[name]
end

-- ChaCha20 (RFC 8439 section 2.4) --------------------------------------------------------------------------------

local function quarter_round(x, a, b, c, d)
  local xa, xb, xc, xd = x[a], x[b], x[c], x[d]
  xa = band(xa + xb, 0xffffffff) xd = rotate(bxor(xd, xa), 16)
  xc = band(xc + xd, 0xffffffff) xb = rotate(bxor(xb, xc), 12)
  xa = band(xa + xb, 0xffffffff) xd = rotate(bxor(xd, xa), 8)
  xc = band(xc + xd, 0xffffffff) xb = rotate(bxor(xb, xc), 7)
  x[a], x[b], x[c], x[d] = xa, xb, xc, xd
end

local function words(bytes)
  local out = {}
  for at = 1, #bytes, 4 do
    local b0, b1, b2, b3 = bytes:byte(at, at + 3)
    out[#out + 1] = b0 + b1 * 2 ^ 8 + b2 * 2 ^ 16 + b3 * 2 ^ 24
  end
  return out
end

-- The 16 words of a block of the key stream.
local function block(input)
  local x = {}
  for i = 1, 16 do x[i] = input[i] end
  for _ = 1, 10 do
    quarter_round(x, 1, 5, 9, 13)
    quarter_round(x, 2, 6, 10, 14)
    quarter_round(x, 3, 7, 11, 15)
    quarter_round(x, 4, 8, 12, 16)
    quarter_round(x, 1, 6, 11, 16)
    quarter_round(x, 2, 7, 12, 13)
    quarter_round(x, 3, 8, 9, 14)
    quarter_round(x, 4, 5, 10, 15)
  end
  for i = 1, 16 do x[i] = band(x[i] + input[i], 0xffffffff) end
  return x
end

-- `nonce`: three words.
local function chacha20(key, nonce, text)
  local input = { 0x61707865, 0x3320646e, 0x79622d32, 0x6b206574 }
  for _, word in ipairs(words(key)) do input[#input + 1] = word end
  -- Block 0 keys the tag.
  input[13], input[14], input[15], input[16] = 1, nonce[1], nonce[2], nonce[3]
  local out = {}
  local stream
  for i = 0, #text - 1 do
    if i % 64 == 0 then
      stream = block(input)
      input[13] = input[13] + 1
    end
    local word = stream[(i % 64 - i % 4) / 4 + 1]
    out[i + 1] = string.char(bxor(text:byte(i + 1), band(rshift(word, 8 * (i % 4)), 0xff)))
  end
  return table.concat(out)
end

-- Protobuf -------------------------------------------------------------------------------------------------------

-- A varint and where it ends; nil where there is none. What is above 2^53 is not exact.
local function varint(tvb, at, to)
  local value, unit = 0, 1
  for i = at, math.min(at + 9, to - 1) do
    local byte = tvb(i, 1):uint()
    value = value + (byte % 128) * unit
    if byte < 128 then return value, i + 1 end
    unit = unit * 128
  end
end

local WIDTHS = { [1] = 8, [5] = 4 }

-- The fields of a message between two places, as {number, value, from, to}; nil where it is none.
local function fields(tvb, from, to)
  local found = {}
  local at = from
  while at < to do
    local head, value
    head, at = varint(tvb, at, to)
    if not head or head < 8 then return end
    local wire, bytes = head % 8, 0
    if wire == 0 or wire == 2 then
      value, at = varint(tvb, at, to)
      if not value then return end
      if wire == 2 then bytes = value end
    else
      bytes = WIDTHS[wire]
    end
    if not bytes or at + bytes > to then return end
    found[#found + 1] = { number = (head - wire) / 8, value = value, from = at, to = at + bytes }
    at = at + bytes
  end
  return found
end

local function range_of(tvb, field)
  return tvb(field.from, field.to - field.from)
end

-- What is read ----------------------------------------------------------------------------------------------------

local function add_content(tvb, tree, field, is_sealed)
  local bytes = field.to - field.from
  if bytes == 0 then return end
  tree:add(f.size, range_of(tvb, field), bytes)
  if field.number == 15 and not is_sealed then tree:add(f.payload, range_of(tvb, field)) end
end

local function add_body(tvb, tree, body)
  local parts = fields(tvb, body.from, body.to)
  if not parts then return end
  local by_number = {}
  for _, part in ipairs(parts) do by_number[part.number] = part end
  local time, kind, key = by_number[1], by_number[2], by_number[7]
  if time then tree:add(f.time, range_of(tvb, body), time.value) end
  local number = kind and kind.value or 0
  tree:add(f.content, range_of(tvb, body), KINDS[number] or string.format("%d", number))
  if key then tree:add(f.key, range_of(tvb, key)) end
  for number = 15, 18 do
    if by_number[number] then add_content(tvb, tree, by_number[number], key ~= nil) end
  end
end

local function add_bundle(tvb, tree, bundle, authors)
  local parts = fields(tvb, bundle.from, bundle.to)
  if not parts then return end
  local subtree = tree:add(f.bundle, range_of(tvb, bundle))
  local author = 0
  for _, part in ipairs(parts) do
    if part.number == 1 then author = part.value end
  end
  if authors[author + 1] then subtree:add(f.author, range_of(tvb, authors[author + 1])) end
  for _, part in ipairs(parts) do
    if part.number == 2 then add_body(tvb, subtree, part) end
  end
end

-- Returns how many there are.
local function add_bundles(tvb, tree, message)
  local authors, bundles = {}, {}
  for _, part in ipairs(fields(tvb, message.from, message.to) or {}) do
    if part.number == 3 and part.to > part.from then authors[#authors + 1] = part end
    if part.number == 4 and part.to > part.from then bundles[#bundles + 1] = part end
  end
  for _, bundle in ipairs(bundles) do add_bundle(tvb, tree, bundle, authors) end
  return #bundles
end

-- The one field of a datagram besides its overlay.
local function message_of(tvb, from)
  local parts = fields(tvb, from, tvb:len())
  local message = parts and #parts == 1 and parts[1]
  if message and MESSAGES[message.number] then return message end
end

-- Wireshark's own dissector names the fields, where the folder of the schema is among its search paths.
local function add_protobuf(tvb, pinfo, tree)
  local is_there, protobuf = pcall(Dissector.get, "protobuf")
  if not is_there or not protobuf then return end
  pinfo.private["pb_msg_type"] = "message,dispersy.Datagram"
  protobuf:call(tvb, pinfo, tree)
end

-- Adds a message and returns what the column says of it.
local function add_message(tvb, from, pinfo, tree)
  local message = message_of(tvb, from)
  if not message then
    tree:add_proto_expert_info(not_read)
    return "not read"
  end
  local bytes = tvb:len() - from
  local name = MESSAGES[message.number]
  tree:add(f.kind, tvb(from), name)
  tree:add(f.bytes, tvb(from), bytes)
  local said = name .. ", " .. bytes .. " bytes"
  if message.number == BUNDLES then
    said = said .. ", bundles: " .. add_bundles(tvb, tree, message)
  end
  -- Of a clear datagram as well as of what was sealed: the latter is one without its overlay.
  add_protobuf(tvb:range(0):tvb(), pinfo, tree)
  return said
end

local function add_sealed(tvb, pinfo, tree)
  local text_bytes = tvb:len() - TEXT_OFFSET - TAG_BYTES
  local sender, counter = tvb(SENDER_OFFSET, 8), tvb(COUNTER_OFFSET, 4)
  tree:add_le(f.hint, tvb(HINT_OFFSET, 2))
  tree:add(f.sender, sender)
  tree:add_le(f.counter, counter)
  local text = tvb(TEXT_OFFSET, text_bytes)
  tree:add(f.text, text)
  tree:add(f.tag, tvb(TEXT_OFFSET + text_bytes, TAG_BYTES))
  local key = key_of(tvb(2, OVERLAY_BYTES), sender)
  tree:add(f.opened, key ~= nil):set_generated()
  local said = "sealed, counter " .. counter:le_uint()
  if not key then
    tree:add_proto_expert_info(no_key)
    return said
  end
  local plain = chacha20(key, { counter:le_uint(), 0, 0 }, text:raw())
  local opened = ByteArray.new(plain, true):tvb("Opened")
  return said .. ": " .. add_message(opened, 0, pinfo, tree)
end

-- A varint of two bytes, whatever its value.
local function length_at(tvb, at)
  local low, high = tvb(at, 1):uint(), tvb(at + 1, 1):uint()
  return low >= 128 and high < 128 and low - 128 + high * 128
end

local function is_sealed(tvb)
  return tvb(CLEAR_OFFSET, 1):uint() == SEALED_TAG
end

local function is_laid_out(tvb)
  return tvb:len() > TEXT_OFFSET + TAG_BYTES
    and length_at(tvb, CLEAR_OFFSET + 1) == tvb:len() - CLEAR_OFFSET - 3
    and tvb(HINT_OFFSET - 2, 2):uint() == 0x0a02
    and tvb(SENDER_OFFSET - 1, 1):uint() == 0x11
    and tvb(COUNTER_OFFSET - 1, 1):uint() == 0x1d
    and tvb(TEXT_OFFSET - 3, 1):uint() == 0x22
    and length_at(tvb, TEXT_OFFSET - 2) == tvb:len() - TEXT_OFFSET
end

local function is_ours(tvb)
  if tvb:len() <= CLEAR_OFFSET or tvb(0, 2):uint() ~= 0x0a14 then return false end
  if is_sealed(tvb) then return is_laid_out(tvb) end
  return message_of(tvb, CLEAR_OFFSET) ~= nil
end

function dispersy.dissector(tvb, pinfo, tree)
  if not is_ours(tvb) then return 0 end
  local subtree = tree:add(dispersy, tvb())
  subtree:add(f.overlay, tvb(2, OVERLAY_BYTES))
  subtree:add(f.sealed, tvb(CLEAR_OFFSET, 1), is_sealed(tvb))
  local said
  if is_sealed(tvb) then
    said = add_sealed(tvb, pinfo, subtree)
  else
    said = "clear: " .. add_message(tvb, CLEAR_OFFSET, pinfo, subtree)
  end
  pinfo.cols.protocol = "Dispersy"
  pinfo.cols.info = said
  return tvb:len()
end

dispersy.init = forget_keys
dispersy.prefs_changed = forget_keys

dispersy:register_heuristic("udp", function(tvb, pinfo, tree)
  return dispersy.dissector(tvb, pinfo, tree) > 0
end)
DissectorTable.get("udp.port"):add_for_decode_as(dispersy)
