-- The commands of the breaker that all hosts share; rules.lua comes before it in the script.
-- portal/routing/local.py is the same in Python, for the time without Redis.
--
-- KEYS  one a route, "routing:<name>"; beside it "<key>:flights" holds the calls under way
-- ARGV  command, the time in milliseconds (only tests give one), process as "host|id",
--       a random number from 0 to 1, then what the command takes

local NEWS_AGAIN_MS = 2000  -- whoever took the news has died if it is not acknowledged by then
local PROBE_WAIT_SECONDS = 1

-- Letting a call through ----------------------------------------------------------------------

local function retries_key(route) return 'routing:' .. string.match(route.name, '^[^.]*') .. ':retries' end

-- Seconds until the gate may let a call through, or nil.
local function shut(route, gate, policy)
  if gate.state == 'open' and now < gate.reopen then return (gate.reopen - now) / 1000 end
  if gate.state == 'half_open' and gate.probe and is_in_flight(route, gate.probe, policy) then
    return PROBE_WAIT_SECONDS
  end
end

-- Why no call may go now, and for how many seconds; nil when one may.
local function refusal(route, entry, policy, forced, retry)
  if forced == 'open' then return 'open', policy.open_seconds end
  local wait = forced == '' and (shut(route, route, policy) or shut(route, entry, policy))
  if wait then return 'open', wait end
  if now < route.paused then return 'full', (route.paused - now) / 1000 end
  local limit = forced == '' and route.limit or policy.usual_concurrency
  local probing = forced == '' and (route.state ~= 'closed' or entry.state ~= 'closed')
  if not probing and flying(route, policy, limit) >= limit then
    return 'full', math.min(math.max(route.latency / limit / 1000, 0.1), 5)
  end
  if retry and tonumber(redis.call('GET', retries_key(route)) or policy.retry_reserve) < 1 then
    return 'budget', policy.open_seconds
  end
end

local function spend(route, policy, retry)
  local key = retries_key(route)
  local kept = redis.call('GET', key)
  if not (kept or retry) then return end
  local left = tonumber(kept or policy.retry_reserve)
  left = retry and left - 1 or left + policy.retry_percent / 100
  if left < policy.retry_reserve then
    redis.call('SET', key, string.format('%.2f', left), 'PX', KEPT_MS)
  else
    redis.call('DEL', key)
  end
end

local function let_through(route, entry, policy, forced, token)
  local probe = false
  for _, gate in ipairs({route, entry}) do
    if forced == '' and gate.state ~= 'closed' then
      if gate.state == 'open' then move(route, gate, 'half_open', 'time', {}) end
      gate.probe, probe = token, true
    end
  end
  redis.call('ZADD', flights_of(route), now, token)
  redis.call('PEXPIRE', flights_of(route), policy.flight_seconds * 1000)
  return {route.name, math.max(route.epoch, entry.epoch), probe}
end

-- Loading, saving, news -----------------------------------------------------------------------

local function load(key)
  local packed = redis.call('GET', key)
  return packed and cmsgpack.unpack(packed)
end

local function save(route, policy, answer)
  for _, item in ipairs(route.news) do
    if now - item.given >= NEWS_AGAIN_MS then
      item.given = now
      answer.news = answer.news or {}
      table.insert(answer.news, item)
    end
  end
  for name, entry in pairs(route.hosts) do
    local idle = now - entry.seen > (policy.calm_seconds + policy.window_seconds) * 1000
    if idle and entry.state == 'closed' then route.hosts[name] = nil end
  end
  redis.call('SET', 'routing:' .. route.name, cmsgpack.pack(route), 'PX', KEPT_MS)
end

local function unknown()
  local missing = {}
  for i, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 0 then table.insert(missing, i) end
  end
  return {unknown = missing}
end

-- Commands ------------------------------------------------------------------------------------

local commands = {}

-- token, retry "1" or "", then forced and policy of each route: the first that lets a call through.
-- With the token "" nothing goes: the answer tells whether one might.
function commands.admit()
  local token, retry = ARGV[5], ARGV[6] == '1'
  local answer, whys = {}, {}
  for i, key in ipairs(KEYS) do
    local forced, policy = ARGV[5 + 2 * i], thresholds(ARGV[6 + 2 * i])
    local route = load(key)
    if not route then return unknown() end
    local known = route.hosts[host]
    local entry = host_entry(route, host)
    judge(route, policy)
    local why, after = refusal(route, entry, policy, forced, retry)
    if why then
      whys[why], answer.after = true, math.min(answer.after or after, after)
    elseif token ~= '' then
      answer.permit = let_through(route, entry, policy, forced, token)
      spend(route, policy, retry)
    end
    -- A call that goes its usual way changes nothing here.
    local usual = known and route.state == 'closed' and entry.state == 'closed' and #route.news == 0
    if not usual then save(route, policy, answer) end
    if not why then
      answer.why, answer.after = nil, nil
      return answer
    end
    answer.why = whys.full and 'full' or whys.budget and 'budget' or 'open'
  end
  return answer
end

-- token, epoch, result, milliseconds, seconds after which to call again, policy.
function commands.report()
  local token, policy, answer = ARGV[5], thresholds(ARGV[10]), {}
  local route = load(KEYS[1])
  local flying = redis.call('ZCARD', KEYS[1] .. ':flights')
  redis.call('ZREM', KEYS[1] .. ':flights', token)
  if not route then return answer end
  local entry = host_entry(route, host)
  entry.seen = now
  if tonumber(ARGV[6]) == math.max(route.epoch, entry.epoch) then
    hear(route, entry, policy, token, ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]), flying)
  end
  judge(route, policy)
  save(route, policy, answer)
  return answer
end

-- The policy of each route.
function commands.look()
  local answer = {routes = {}}
  for i, key in ipairs(KEYS) do
    local policy = thresholds(ARGV[4 + i])
    local route = load(key)
    if not route then return unknown() end
    judge(route, policy)
    local calls, failures = shared_window(route, policy)
    local cut = {}
    for name, entry in pairs(route.hosts) do
      if entry.state ~= 'closed' then table.insert(cut, name) end
    end
    table.insert(answer.routes, {name = route.name, state = route.state, since = route.since,
      reopen = route.state == 'open' and route.reopen or nil, reason = route.reason,
      calls = calls, failures = failures, in_flight = #living(route, policy),
      limit = route.limit, latency = latency_of(route), quarantined = #cut > 0 and cut or nil})
    save(route, policy, answer)
  end
  return answer
end

function commands.latencies()
  local answer = {}
  for i, key in ipairs(KEYS) do
    local packed = redis.call('GET', key)
    answer[i] = packed and latency_of(cmsgpack.unpack(packed)) or 0
  end
  return {latencies = answer}
end

-- For each route its record, rebuilt from rows, and its policy. The first to bring one wins.
function commands.restore()
  local answer = {}
  for i, key in ipairs(KEYS) do
    if redis.call('EXISTS', key) == 0 then
      local route, policy = cjson.decode(ARGV[3 + 2 * i]), thresholds(ARGV[4 + 2 * i])
      for _, entry in pairs(route.hosts) do
        local buckets = {}
        for _, bucket in ipairs(entry.buckets) do buckets[bucket[1]] = {bucket[2], bucket[3]} end
        entry.buckets, entry.seen = buckets, now
      end
      route.news = {}
      start_window(route)
      judge(route, policy)
      save(route, policy, answer)
    end
  end
  return answer
end

-- Epochs of the news that are rows now.
function commands.acknowledge()
  local route = load(KEYS[1])
  if not route then return {} end
  local told, left = {}, {}
  for i = 5, #ARGV do told[tonumber(ARGV[i])] = true end
  for _, item in ipairs(route.news) do
    if not told[item.epoch] then table.insert(left, item) end
  end
  route.news = left
  redis.call('SET', KEYS[1], cmsgpack.pack(route), 'PX', KEPT_MS)
  return {}
end

-- Of each route, a token that nobody will report any more.
function commands.pulse()
  redis.call('ZADD', ALIVE, now, process)
  redis.call('PEXPIRE', ALIVE, KEPT_MS)
  redis.call('ZREMRANGEBYSCORE', ALIVE, '-inf', now - KEPT_MS)
  for i, key in ipairs(KEYS) do redis.call('ZREM', key .. ':flights', ARGV[4 + i]) end
  return {}
end

return cjson.encode(commands[ARGV[1]]())
