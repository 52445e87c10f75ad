"""Countries, currencies and provinces: the codes of ISO 3166-1, ISO 4217 and GB/T 2260."""

# ISO 3166-1 alpha-3, as the report gives a nationality; one line a country would be 249 lines.
_COUNTRIES = """
AFG阿富汗 ALB阿尔巴尼亚 DZA阿尔及利亚 AND安道尔 AGO安哥拉 ATG安提瓜和巴布达 ARG阿根廷
ARM亚美尼亚 AUS澳大利亚 AUT奥地利 AZE阿塞拜疆 BHS巴哈马 BHR巴林 BGD孟加拉国 BRB巴巴多斯
BLR白俄罗斯 BEL比利时 BLZ伯利兹 BEN贝宁 BTN不丹 BOL玻利维亚 BIH波斯尼亚和黑塞哥维那 BWA博茨瓦纳
BRA巴西 BRN文莱 BGR保加利亚 BFA布基纳法索 BDI布隆迪 CPV佛得角 KHM柬埔寨 CMR喀麦隆 CAN加拿大
CAF中非 TCD乍得 CHL智利 CHN中国 COL哥伦比亚 COM科摩罗 COG刚果（布） COD刚果（金） CRI哥斯达黎加
CIV科特迪瓦 HRV克罗地亚 CUB古巴 CYP塞浦路斯 CZE捷克 DNK丹麦 DJI吉布提 DMA多米尼克 DOM多米尼加
ECU厄瓜多尔 EGY埃及 SLV萨尔瓦多 GNQ赤道几内亚 ERI厄立特里亚 EST爱沙尼亚 SWZ斯威士兰
ETH埃塞俄比亚 FJI斐济 FIN芬兰 FRA法国 GAB加蓬 GMB冈比亚 GEO格鲁吉亚 DEU德国 GHA加纳 GRC希腊
GRD格林纳达 GTM危地马拉 GIN几内亚 GNB几内亚比绍 GUY圭亚那 HTI海地 HND洪都拉斯 HUN匈牙利 ISL冰岛
IND印度 IDN印度尼西亚 IRN伊朗 IRQ伊拉克 IRL爱尔兰 ISR以色列 ITA意大利 JAM牙买加 JPN日本 JOR约旦
KAZ哈萨克斯坦 KEN肯尼亚 KIR基里巴斯 PRK朝鲜 KOR韩国 KWT科威特 KGZ吉尔吉斯斯坦 LAO老挝
LVA拉脱维亚 LBN黎巴嫩 LSO莱索托 LBR利比里亚 LBY利比亚 LIE列支敦士登 LTU立陶宛 LUX卢森堡
MDG马达加斯加 MWI马拉维 MYS马来西亚 MDV马尔代夫 MLI马里 MLT马耳他 MHL马绍尔群岛 MRT毛里塔尼亚
MUS毛里求斯 MEX墨西哥 FSM密克罗尼西亚 MDA摩尔多瓦 MCO摩纳哥 MNG蒙古 MNE黑山 MAR摩洛哥
MOZ莫桑比克 MMR缅甸 NAM纳米比亚 NRU瑙鲁 NPL尼泊尔 NLD荷兰 NZL新西兰 NIC尼加拉瓜 NER尼日尔
NGA尼日利亚 MKD北马其顿 NOR挪威 OMN阿曼 PAK巴基斯坦 PLW帕劳 PSE巴勒斯坦 PAN巴拿马
PNG巴布亚新几内亚 PRY巴拉圭 PER秘鲁 PHL菲律宾 POL波兰 PRT葡萄牙 QAT卡塔尔 ROU罗马尼亚 RUS俄罗斯
RWA卢旺达 KNA圣基茨和尼维斯 LCA圣卢西亚 VCT圣文森特和格林纳丁斯 WSM萨摩亚 SMR圣马力诺
STP圣多美和普林西比 SAU沙特阿拉伯 SEN塞内加尔 SRB塞尔维亚 SYC塞舌尔 SLE塞拉利昂 SGP新加坡
SVK斯洛伐克 SVN斯洛文尼亚 SLB所罗门群岛 SOM索马里 ZAF南非 SSD南苏丹 ESP西班牙 LKA斯里兰卡
SDN苏丹 SUR苏里南 SWE瑞典 CHE瑞士 SYR叙利亚 TJK塔吉克斯坦 TZA坦桑尼亚 THA泰国 TLS东帝汶 TGO多哥
TON汤加 TTO特立尼达和多巴哥 TUN突尼斯 TUR土耳其 TKM土库曼斯坦 TUV图瓦卢 UGA乌干达 UKR乌克兰
ARE阿联酋 GBR英国 USA美国 URY乌拉圭 UZB乌兹别克斯坦 VUT瓦努阿图 VAT梵蒂冈 VEN委内瑞拉 VNM越南
YEM也门 ZMB赞比亚 ZWE津巴布韦 HKG中国香港 MAC中国澳门 TWN中国台湾 COK库克群岛 NIU纽埃
"""
COUNTRIES = {entry[:3]: entry[3:] for entry in _COUNTRIES.split()}

_CURRENCIES = """
CNY人民币元 USD美元 EUR欧元 JPY日元 GBP英镑 HKD港元 MOP澳门元 TWD新台币元 AUD澳大利亚元
CAD加拿大元 CHF瑞士法郎 SGD新加坡元 NZD新西兰元 KRW韩元 THB泰铢 MYR马来西亚林吉特
IDR印度尼西亚盾 PHP菲律宾比索 VND越南盾 INR印度卢比 RUB俄罗斯卢布 KZT哈萨克斯坦坚戈
MNT蒙古图格里克 SEK瑞典克朗 NOK挪威克朗 DKK丹麦克朗 PLN波兰兹罗提 CZK捷克克朗 HUF匈牙利福林
TRY土耳其里拉 ZAR南非兰特 AED阿联酋迪拉姆 SAR沙特里亚尔 MXN墨西哥比索 BRL巴西雷亚尔 XAU黄金
"""
CURRENCIES = {entry[:3]: entry[3:] for entry in _CURRENCIES.split()}

# GB/T 2260, whole provinces: 参缴地, 所在地 and 机构所在地 come as such codes or as text.
PROVINCES = {
    "110000": "北京市", "120000": "天津市", "130000": "河北省", "140000": "山西省",
    "150000": "内蒙古自治区", "210000": "辽宁省", "220000": "吉林省", "230000": "黑龙江省",
    "310000": "上海市", "320000": "江苏省", "330000": "浙江省", "340000": "安徽省",
    "350000": "福建省", "360000": "江西省", "370000": "山东省", "410000": "河南省",
    "420000": "湖北省", "430000": "湖南省", "440000": "广东省", "450000": "广西壮族自治区",
    "460000": "海南省", "500000": "重庆市", "510000": "四川省", "520000": "贵州省",
    "530000": "云南省", "540000": "西藏自治区", "610000": "陕西省", "620000": "甘肃省",
    "630000": "青海省", "640000": "宁夏回族自治区", "650000": "新疆维吾尔自治区",
    "710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区",
}  # fmt: skip
